//! openraft's own suite for asynchronous runtimes, on the virtual one.

use raft_core::runtime::VirtualRuntime;

#[test]
fn passes_openrafts_runtime_suite() {
    openraft_rt::testing::Suite::<VirtualRuntime>::test_all();
}
