//! A new cluster of real etcd members on the loopback interface, in its own folder, which ends with
//! the test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The time after which a member ends in any case, in seconds.
const LIFE_S: &str = "120";
/// The time within which the cluster must be healthy.
const START: Duration = Duration::from_secs(40);

static COUNT: AtomicU32 = AtomicU32::new(0);
static NEXT_PORT: AtomicU32 = AtomicU32::new(0);

/// A running cluster.
pub struct Etcd {
    folder: PathBuf,
    members: Vec<Child>,
    client_ports: Vec<u16>,
    peer_ports: Vec<u16>,
}

impl Etcd {
    /// Starts a cluster and waits until every member is healthy.
    pub fn start(nodes: u64, quota: u64) -> Etcd {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("raft-playground-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let nodes = usize::try_from(nodes).unwrap();
        let ports = free_ports(2 * nodes);
        let (client_ports, peer_ports) = (ports[..nodes].to_vec(), ports[nodes..].to_vec());
        let peers: Vec<String> = (1..)
            .zip(&peer_ports)
            .map(|(node, port): (u64, _)| format!("node{node}=http://127.0.0.1:{port}"))
            .collect();
        let peers = peers.join(",");
        let mut etcd = Etcd { folder, members: Vec::new(), client_ports, peer_ports };
        for at in 0..nodes {
            etcd.member(at, &peers, quota);
        }
        etcd.wait();
        etcd
    }

    fn member(&mut self, at: usize, peers: &str, quota: u64) {
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let (client, peer) = (url(self.client_ports[at]), url(self.peer_ports[at]));
        let log = std::fs::File::create(self.folder.join(format!("node{}.log", at + 1))).unwrap();
        let member = Command::new("timeout")
            .args(["-k", "2", LIFE_S, "etcd", "--name", &format!("node{}", at + 1), "--data-dir"])
            .arg(self.folder.join(format!("node{}.etcd", at + 1)))
            .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", peers, "--initial-cluster-token", "etcd-cluster"])
            .args(["--initial-cluster-state", "new", "--logger", "zap"])
            .args(["--quota-backend-bytes", &quota.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("etcd is started");
        self.members.push(member);
    }

    fn wait(&self) {
        let until = Instant::now() + START;
        loop {
            let health = etcdctl(&["--endpoints", &self.endpoints(), "endpoint", "health"]);
            if health.status.success() {
                return;
            }
            let text = String::from_utf8_lossy(&health.stderr).into_owned();
            assert!(Instant::now() < until, "the cluster does not come up: {text}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Returns the members' client addresses, in order. They have no scheme, as in the playground,
    /// because etcdctl prints an endpoint as given.
    pub fn endpoints(&self) -> String {
        let addresses: Vec<String> =
            self.client_ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        addresses.join(",")
    }

    /// The cluster's folder, which is deleted after the test.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Replaces this cluster's addresses in a text by those of the playground.
    pub fn renamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (ports, port) in [(&self.client_ports, 2379), (&self.peer_ports, 2380)] {
            for (node, real) in (1..).zip(ports) {
                let node: u64 = node;
                text = text.replace(&format!("127.0.0.1:{real}"), &format!("node{node}:{port}"));
            }
        }
        text
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        for member in &self.members {
            // `timeout` passes the signal on, and kills a process that ignores it.
            let _ = Command::new("kill").arg(member.id().to_string()).status();
        }
        for member in &mut self.members {
            let _ = member.wait();
        }
        if std::thread::panicking() {
            println!("the members' logs are in {}", self.folder.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Returns free ports below the range of ephemeral ports. Each port is returned once.
fn free_ports(count: usize) -> Vec<u16> {
    const FIRST: u32 = 20_000;
    const SPAN: u32 = 12_000;
    let mut ports = Vec::new();
    while ports.len() < count {
        let number = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(FIRST + (std::process::id().wrapping_mul(100).wrapping_add(number)) % SPAN)
            .unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            ports.push(port);
        }
        assert!(number < SPAN, "no port is free");
    }
    ports
}

fn etcdctl(words: &[&str]) -> std::process::Output {
    Command::new("etcdctl").env("ETCDCTL_API", "3").args(words).output().expect("etcdctl is started")
}

/// Returns the first line of a program's version.
pub fn version(program: &str, word: &str) -> String {
    let output = Command::new(program).env("ETCDCTL_API", "3").arg(word).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or("").to_owned()
}
