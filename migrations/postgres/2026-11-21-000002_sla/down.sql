DROP TABLE sequences;
DROP TABLE policy_versions;
DROP TABLE calendar_versions;
