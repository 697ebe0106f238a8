//! The conferences that C holds, by name.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};

use super::instance::Instance;
use super::lifecycle::Conclave;
use super::result::ConclaveResult;

/// Names are numbers in the guise of a pointer, and no number is given twice. Held only for a look.
static LIVE: RwLock<BTreeMap<usize, Arc<Mutex<Instance>>>> = RwLock::new(BTreeMap::new());

static NEXT: AtomicUsize = AtomicUsize::new(1);

pub(super) fn add(instance: Instance) -> *mut Conclave {
    let name = NEXT.fetch_add(1, Ordering::Relaxed);
    LIVE.write().insert(name, Arc::new(Mutex::new(instance)));
    ptr::without_provenance_mut(name)
}

pub(super) fn find(conclave: *const Conclave) -> Result<Arc<Mutex<Instance>>, ConclaveResult> {
    if conclave.is_null() {
        return Err(ConclaveResult::NullArgument);
    }
    LIVE.read().get(&conclave.addr()).cloned().ok_or(ConclaveResult::NoConclave)
}

pub(super) fn remove(conclave: *const Conclave) -> Result<Arc<Mutex<Instance>>, ConclaveResult> {
    LIVE.write().remove(&conclave.addr()).ok_or(ConclaveResult::NoConclave)
}
