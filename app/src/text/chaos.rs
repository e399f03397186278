//! Chaos: its panel, its goal and its result.

use super::words;

words! {
    open = "Chaos";
    title = "Chaos";
    close = "Close";
    intro = "Random faults hit the cluster while clients of all kinds send requests. Chaos does only what you could do yourself, so the run can be looked back at and shared.";
    level = "Level";
    calm = "Calm";
    calm_means = "one mild fault at a time, soon repaired";
    rough = "Rough";
    rough_means = "faults on top of each other; members come and go; now and then all nodes are down";
    hostile = "Hostile";
    hostile_means = "the same in quick succession, seldom repaired";
    seed = "Seed";
    wrong_seed(max) = "A seed is a whole number from 0 to {max}.";
    length = "Length";
    seconds(seconds) = "{seconds} virtual seconds";
    fresh = "On a fresh cluster";
    fresh_means = "with the settings of this one: then the same seed gives the same run";
    goal(writes, lack) = "Goal: serve {writes} writes, with at most {lack} without service, and nothing violated.";
    start = "Start";
    begun = "Chaos has begun.";
    in_real_time = "The clock runs at the speed of real time now.";
    running(level, seed, so_far, length) = "{level}, seed {seed}: {so_far} of {length}.";
    recovering(level, seed) = "{level}, seed {seed}: the faults are removed, and the cluster must accept a write.";
    progress = "Virtual time of the run";
    controls_are_yours = "The controls stay yours: act at any time.";
    stop = "Stop chaos";
    writes = "Writes served";
    of(count, goal) = "{count} of {goal}";
    served = "Operations served";
    unserved = "Not served";
    refused_and_unknown(refused, unknown) = "{refused} refused, {unknown} unknown";
    unavailable = "Without service";
    at_most(lack, goal) = "{lack} of at most {goal}";
    longest(sum, longest) = "{sum}; longest {longest}";
    faults = "Faults injected and removed";
    violations = "Violations";
    none = "none";
    met(writes, lack, after) = "Goal met: {writes} writes were served, with {lack} without service. After the faults were removed, the cluster accepted a write within {after}.";
    missed(writes, lack, after) = "Goal missed: {writes} writes were served, with {lack} without service. After the faults were removed, the cluster accepted a write within {after}.";
    violated(count) = "Violations: {count}. What was promised did not hold; the events and the timeline show where.";
    stuck = "Goal missed: half a minute after the faults were removed, the cluster still accepted no write.";
    stopped(so_far, writes, lack) = "Stopped after {so_far}: {writes} writes were served, with {lack} without service. The faults stay as they are; go on by hand.";
    left(so_far, writes, lack) = "Left after {so_far}, for another run: {writes} writes were served, with {lack} without service.";
    again = "Same seed again";
    another = "Another seed";
    link = "This run as a link";
}
