//! The dialog of a partition: every node is put into a group.

use leptos::prelude::*;
use raft_core::model::Action;
use raft_core::units::NodeId;

use crate::kit::{Modal, lazy_view};
use crate::state::{Dialog, Groups, ids, leader_alone, leader_in_majority, leader_in_minority, use_page};
use crate::text::partition as words;

/// The groups that can be chosen.
const GROUPS: [&str; 3] = ["A", "B", "C"];

/// The dialog of a partition.
#[component]
pub fn Partition() -> impl IntoView {
    view! { <Modal which=Dialog::Partition title=words::title() load=partition /> }
}

lazy_view!(dialogs, partition, Contents);

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let group_of = RwSignal::new(Groups::new());
    // It opens with the partition in force, or else with a minority that contains the leader.
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::Partition) {
            group_of.set(session.view.with_untracked(|view| {
                if view.groups.is_empty() {
                    leader_in_minority(&ids(view), view.status.leader)
                } else {
                    let find = |id: NodeId| view.groups.iter().position(|g| g.contains(&id)).unwrap_or(0);
                    view.nodes.iter().map(|n| (n.id, find(n.id).min(GROUPS.len() - 1))).collect()
                }
            }));
        }
    });
    let preset = move |make: fn(&[NodeId], Option<NodeId>) -> Groups| {
        group_of.set(session.view.with_untracked(|view| make(&ids(view), view.status.leader)));
    };
    let groups = move || {
        let chosen = group_of.get();
        let members = |group: usize| -> Vec<NodeId> {
            chosen.iter().filter(|(_, g)| *g == group).map(|(id, _)| *id).collect()
        };
        (0..GROUPS.len()).map(members).filter(|group| !group.is_empty()).collect::<Vec<_>>()
    };
    let apply = move |_| {
        if session.act(Action::Partition(groups())).is_some() {
            page.dialog.set(None);
        }
    };
    let meaning = move || meaning(&groups(), session.view.with(|view| view.status.quorum));
    view! {
        <p class="quiet">{words::intro()}</p>
        <div class="row">
            <button class="btn" data-testid="preset-minority" on:click=move |_| preset(leader_in_minority)>{words::minority()}</button>
            <button class="btn" data-testid="preset-majority" on:click=move |_| preset(leader_in_majority)>{words::majority()}</button>
            <button class="btn" data-testid="preset-alone" on:click=move |_| preset(leader_alone)>{words::alone()}</button>
        </div>
        <table class="partition-groups">
            <tbody>
                {move || group_of.get().into_iter().enumerate().map(|(at, (id, group))| view! {
                    <tr>
                        <th scope="row">{format!("node{id}")}</th>
                        {GROUPS.into_iter().enumerate().map(|(g, name)| view! {
                            <td><label class="pick">
                                <input type="radio" name=format!("group-{at}") data-testid=format!("group-{id}-{name}")
                                    prop:checked=group == g
                                    on:change=move |_| group_of.update(|groups| groups[at].1 = g) />
                                {words::group(name)}
                            </label></td>
                        }).collect_view()}
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
        <p data-testid="partition-meaning">{meaning}</p>
        <div class="row end">
            <button class="btn" on:click=move |_| { session.act(Action::Heal(None)); page.dialog.set(None); }>{words::heal()}</button>
            <button class="btn primary" data-testid="partition-apply" on:click=apply>{words::cut()}</button>
        </div>
    }
}

/// Returns what a partition would mean, shown before it is applied.
fn meaning(groups: &[Vec<NodeId>], quorum: u64) -> String {
    let sizes: Vec<String> = groups.iter().map(|group| group.len().to_string()).collect();
    if groups.len() < 2 {
        return words::one_group().to_owned();
    }
    match groups.iter().find(|group| group.len() as u64 >= quorum) {
        Some(group) => {
            let names: Vec<String> = group.iter().map(|id| format!("node{id}")).collect();
            words::one_decides(sizes.join(" | "), names.join(", "))
        }
        None => words::nobody_decides(sizes.join(" | "), quorum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_a_partition_is_applied_it_is_said_which_side_decides() {
        assert_eq!(
            meaning(&[vec![1, 2], vec![3, 4, 5]], 3),
            words::one_decides("2 | 3".to_owned(), "node3, node4, node5".to_owned())
        );
    }

    #[test]
    fn three_small_groups_decide_nothing() {
        assert_eq!(
            meaning(&[vec![1, 2], vec![3, 4], vec![5]], 3),
            words::nobody_decides("2 | 2 | 1".to_owned(), 3)
        );
    }

    #[test]
    fn one_group_is_no_partition() {
        assert_eq!(meaning(&[vec![1, 2, 3, 4, 5]], 3), words::one_group());
        assert_eq!(meaning(&[], 3), words::one_group());
    }
}
