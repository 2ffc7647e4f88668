//! Looking through the files for bytes that no row tells of: what is left where a server died between a file and its row, or
//! could not delete one.

use std::cell::Cell;
use std::rc::Rc;

use linedesk_app::tickets::collect_strays;
use linedesk_app::work::Shift;
use linedesk_domain::ids::AttachmentId;

/// Looks at files in one go; the next go begins behind them.
const LOOKS: usize = 20;

/// Where the next go begins; `None`: at the first file.
pub(super) type Place = Rc<Cell<Option<AttachmentId>>>;

/// Looks at the next files, as long as this server is the one that forgets.
pub(super) async fn collect_once(shift: Shift, place: Place) -> anyhow::Result<()> {
    if !shift.hold().await? {
        place.set(None);
        return Ok(());
    }
    let mut deleted = 0;
    for _ in 0..LOOKS {
        let collected = collect_strays(shift.app(), place.get()).await?;
        deleted += collected.deleted;
        place.set(collected.next);
        if collected.next.is_none() {
            break;
        }
    }
    metrics::counter!("linedesk_stray_files_total").increment(deleted as u64);
    if deleted > 0 {
        tracing::warn!(deleted, "files of which no row told were removed");
    }
    Ok(())
}
