//! Transactions: compare, check, then execute.
//!
//! As in etcd, all comparisons, including those of nested transactions, read the store before the
//! transaction, and so do the checks of the operations. The store changes only after every check
//! has passed.

use super::change::Writer;
use super::{
    Compare, CompareOperator, CompareTarget, KeyValue, KvError, PutRequest, Response, Store, TxnOp,
    TxnRequest, TxnResponse,
};

/// The branches and operations that a transaction will execute.
#[derive(Default)]
struct Plan<'a> {
    /// For each transaction, outermost first and in order of appearance: whether its comparisons hold.
    path: Vec<bool>,
    /// The operations to execute, in order.
    ops: Vec<&'a TxnOp>,
}

impl Store {
    /// Applies a transaction.
    pub(super) fn txn(&mut self, txn: &TxnRequest) -> Result<Response, KvError> {
        let path = self.plan(txn)?;
        let mut writer = self.write();
        let mut response = run(&mut writer, txn, &mut path.into_iter());
        response.revision = writer.finish();
        Ok(Response::Txn(response))
    }

    /// Executes a read-only transaction; see [`TxnRequest::is_read_only`]. Skips puts and deletes.
    ///
    /// # Errors
    /// Returns [`KvError::Compacted`] or [`KvError::FutureRevision`] if a revision is not readable.
    pub fn read_txn(&self, txn: &TxnRequest) -> Result<TxnResponse, KvError> {
        let path = self.plan(txn)?;
        let response = self.read_ops(txn, &mut path.into_iter())?;
        Ok(TxnResponse { revision: self.revision, ..response })
    }

    fn read_ops(&self, txn: &TxnRequest, path: &mut Path) -> Result<TxnResponse, KvError> {
        let succeeded = path.next().unwrap_or_default();
        let mut responses = Vec::new();
        for op in txn.branch(succeeded) {
            match op {
                TxnOp::Range(range) => responses.push(Response::Range(self.range(range)?)),
                TxnOp::Txn(inner) => responses.push(Response::Txn(self.read_ops(inner, path)?)),
                TxnOp::Put(_) | TxnOp::Delete(_) => {}
            }
        }
        Ok(TxnResponse { revision: 0, succeeded, responses })
    }

    /// Evaluates the comparisons and checks the operations that will be executed.
    fn plan(&self, txn: &TxnRequest) -> Result<Vec<bool>, KvError> {
        let mut plan = Plan::default();
        self.compare(txn, &mut plan);
        for (index, op) in plan.ops.iter().enumerate() {
            if let TxnOp::Put(put) = op {
                self.check_put(put, &plan.ops[..index])?;
            }
        }
        plan.ops.iter().try_for_each(|op| match op {
            TxnOp::Range(range) if range.revision > self.revision.cast_signed() => {
                Err(KvError::FutureRevision)
            }
            // In a transaction a negative revision does not mean the present, unlike in a plain read.
            TxnOp::Range(range) if range.revision != 0 && range.revision < self.compacted => {
                Err(KvError::Compacted)
            }
            _ => Ok(()),
        })?;
        Ok(plan.path)
    }

    fn compare<'a>(&self, txn: &'a TxnRequest, plan: &mut Plan<'a>) {
        let holds = txn.compares.iter().all(|compare| self.holds(compare));
        plan.path.push(holds);
        for op in txn.branch(holds) {
            match op {
                TxnOp::Txn(inner) => self.compare(inner, plan),
                op => plan.ops.push(op),
            }
        }
    }

    fn check_put(&self, put: &PutRequest, earlier: &[&TxnOp]) -> Result<(), KvError> {
        let gone = |op: &&TxnOp| matches!(op, TxnOp::Delete(delete) if delete.range.contains(&put.key));
        let keeps = put.ignore_value || put.ignore_lease;
        if keeps && (self.get(&put.key).is_none() || earlier.iter().any(gone)) {
            return Err(KvError::KeyNotFound);
        }
        self.check_lease(put.lease)
    }

    fn holds(&self, compare: &Compare) -> bool {
        let mut pairs = self.index.select(&compare.range, self.revision).peekable();
        if pairs.peek().is_none() {
            return compare.holds(None);
        }
        pairs.all(|(_, pair)| compare.holds(Some(pair)))
    }
}

type Path = std::vec::IntoIter<bool>;

/// Executes a planned transaction. As in etcd, only the outermost response has a revision.
fn run(writer: &mut Writer<'_>, txn: &TxnRequest, path: &mut Path) -> TxnResponse {
    let succeeded = path.next().unwrap_or_default();
    let mut responses = Vec::new();
    for op in txn.branch(succeeded) {
        responses.push(match op {
            TxnOp::Range(range) => Response::Range(writer.range(range)),
            TxnOp::Put(put) => Response::Put(writer.put(put)),
            TxnOp::Delete(delete) => Response::Delete(writer.delete(delete)),
            TxnOp::Txn(inner) => Response::Txn(run(writer, inner, path)),
        });
    }
    TxnResponse { revision: 0, succeeded, responses }
}

impl TxnRequest {
    fn branch(&self, holds: bool) -> &[TxnOp] {
        if holds { &self.success } else { &self.failure }
    }
}

impl Compare {
    /// Returns whether the comparison holds for a pair, or for an absent key. An absent key has no
    /// value, so a comparison of values fails; its numbers are 0.
    fn holds(&self, pair: Option<&KeyValue>) -> bool {
        let number = |of: fn(&KeyValue) -> i64| pair.map_or(0, of);
        let order = match &self.target {
            CompareTarget::Value(value) => match pair {
                Some(pair) => pair.value.as_slice().cmp(value),
                None => return false,
            },
            CompareTarget::Version(wanted) => number(|pair| pair.version.cast_signed()).cmp(wanted),
            CompareTarget::Create(wanted) => number(|pair| pair.create_revision.cast_signed()).cmp(wanted),
            CompareTarget::Mod(wanted) => number(|pair| pair.mod_revision.cast_signed()).cmp(wanted),
            CompareTarget::Lease(wanted) => number(|pair| pair.lease).cmp(wanted),
        };
        match self.operator {
            CompareOperator::Equal => order.is_eq(),
            CompareOperator::NotEqual => order.is_ne(),
            CompareOperator::Less => order.is_lt(),
            CompareOperator::Greater => order.is_gt(),
        }
    }
}
