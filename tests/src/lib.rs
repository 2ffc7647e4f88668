//! Holds the workspace's one integration-test binary; see `it/`.
