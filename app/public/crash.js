// What the page offers when the engine has stopped: the link that opens the run again, a transcript, a
// report. The engine's memory cannot be trusted then. All facts used here were written earlier, as text, by
// the page (app/src/share/outlive.rs), were visible on the page, or were recorded here.

"use strict";

window.raftPlaygroundCrash = (() => {
  /** The greatest length of a link that the page opens, in letters (raft-core/src/link). */
  const LETTERS_MAX = 131_072;
  const WORDS = {
    en: {
      stopped: ["The cluster has stopped", "A fault in this page, not in Raft, ended the engine. What ran in it is gone; nothing outside this page was touched."],
      start: ["The engine could not start", "This page runs real nodes as WebAssembly. Either a file did not arrive as it was built, or this browser cannot run it: try again, or try a newer browser."],
      again: ["This run stopped the engine before", "So it is not opened by itself once more. A fresh cluster is not touched by it."],
      fresh: "Open a fresh cluster",
      open: "Open the run again",
      allTheSame: "Open it all the same",
      copyLink: "Copy the link",
      copyReport: "Copy the report",
      save: "Save the transcript",
      copied: "Copied",
      selected: "Selected: copy it with your keys",
      link: "The link opens the run in another tab, as it was after the last deed that is told below, and it goes on from there. It may stop again.",
      linkAddress: "The link opens this address in another tab. It may stop again.",
      tooLong: "The run is too long for a link: the transcript holds it as a scenario, which “Share” opens.",
      transcript: "Transcript: what was done, as a scenario, and what happened last",
      report: "Report, for whoever can mend it. It has not been sent.",
      nothing: "(nothing was handed over before the engine stopped)",
    },
    de: {
      stopped: ["Der Cluster steht still", "Ein Fehler in dieser Seite, nicht in Raft, hat die Engine beendet. Was in ihr lief, ist fort; außerhalb dieser Seite wurde nichts berührt."],
      start: ["Die Engine konnte nicht starten", "Diese Seite lässt echte Knoten als WebAssembly laufen. Entweder kam eine Datei nicht so an, wie sie gebaut wurde, oder dieser Browser kann sie nicht ausführen: Versuchen Sie es noch einmal oder mit einem neueren Browser."],
      again: ["Dieser Lauf hat die Engine schon einmal beendet", "Darum wird er nicht von selbst noch einmal geöffnet. Ein frischer Cluster ist davon nicht betroffen."],
      fresh: "Frischen Cluster öffnen",
      open: "Den Lauf wieder öffnen",
      allTheSame: "Trotzdem öffnen",
      copyLink: "Link kopieren",
      copyReport: "Bericht kopieren",
      save: "Protokoll speichern",
      copied: "Kopiert",
      selected: "Markiert: Kopieren Sie es mit Ihren Tasten",
      link: "Der Link öffnet den Lauf in einem anderen Tab, wie er nach der letzten unten erzählten Tat war, und er geht von dort weiter. Er kann wieder stehen bleiben.",
      linkAddress: "Der Link öffnet diese Adresse in einem anderen Tab. Sie kann wieder stehen bleiben.",
      tooLong: "Der Lauf ist zu lang für einen Link: Das Protokoll enthält ihn als Szenario, das „Teilen“ öffnet.",
      transcript: "Protokoll: was getan wurde, als Szenario, und was zuletzt geschah",
      report: "Bericht für jemanden, der den Fehler beheben kann. Er wurde nicht gesendet.",
      nothing: "(es wurde nichts übergeben, bevor die Engine stehen blieb)",
    },
  };
  const root = document.documentElement;

  /** The last input: the action that stopped the engine is in no journal. */
  let lastInput = "none";
  for (const kind of ["pointerdown", "keydown", "change"]) {
    window.addEventListener(kind, (event) => {
      const at = event.target instanceof Element ? event.target.closest("[data-testid], [id], [aria-label], button, a") : null;
      const name = at?.dataset.testid || at?.id || at?.getAttribute("aria-label") || at?.textContent?.trim().slice(0, 60) || "the page";
      // Text typed into a field is private.
      const key = kind === "keydown" && !event.target.matches?.("input, textarea") ? ` ${event.key}` : "";
      lastInput = `${kind}${key} on ${name}`;
    }, { capture: true, passive: true });
  }

  function tongue() {
    let kept = null;
    try {
      kept = localStorage.getItem("raft-playground-language");
    } catch {
      // Without storage no language was chosen.
    }
    const wanted = root.dataset.language ?? kept ?? root.lang;
    return wanted === "de" ? "de" : "en";
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function button(id, text, deed) {
    const made = element("button", { type: "button", textContent: text, onclick: deed });
    made.dataset.testid = id;
    return made;
  }

  const percent = (text) => encodeURIComponent(text).replace(/[!'()*~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

  /** Returns the run, opened at its last action with a known time; a scenario that says where it opens is
      unchanged. */
  function opened(run) {
    const last = [...run.matchAll(/^@(\d[\d.]*\w+) /gm)].at(-1)?.[1];
    return last && !/^open /m.test(run) ? `open at ${last}\n${run}` : run;
  }

  /** Returns what is known about the run. */
  function known({ phase, page }) {
    const shown = (id) => page.querySelector(`[data-testid="${id}"]`)?.textContent.trim() ?? "";
    const seed = /\d+/.exec(shown("seed-shown"))?.[0];
    const handed = root.dataset.run ?? "";
    // A cluster without any actions is its seed.
    const run = handed || (phase === "running" && !location.hash && seed ? `seed ${seed}\n` : "");
    const listed = [...page.querySelectorAll('[data-testid="events"] > li')].map((line) => line.textContent.trim()).reverse().join("\n");
    return { run, events: root.dataset.runEvents || listed, at: shown("clock"), lesson: root.dataset.runLesson ?? "" };
  }

  /** Returns the address that opens the run again, and whether it contains the run; null if it would be too
      long. */
  function address({ run, lesson }) {
    const made = new URL(location.href);
    if (lesson) made.hash = `#lesson=${lesson}`;
    if (lesson || !run) return { href: made.href, made: false };
    made.search = "";
    const hash = `#v0:${percent(opened(run))}`;
    made.hash = hash;
    return hash.length > LETTERS_MAX ? null : { href: made.href, made: true };
  }

  function transcript({ run, events, at }, words) {
    const stood = at ? [`virtual time on the page: ${at}`, ""] : [];
    return [...stood, "# What was done", run.trim() || words.nothing, "", "# What happened last", events.trim() || words.nothing, ""].join("\n");
  }

  function field(id, text, label) {
    const area = element("textarea", { id, readOnly: true, value: text });
    area.dataset.testid = id;
    return [element("label", { htmlFor: id, textContent: label }), area];
  }

  async function copy(text, area, pressed, words) {
    try {
      await navigator.clipboard.writeText(text);
      pressed.textContent = words.copied;
    } catch {
      area.select();
      pressed.textContent = words.selected;
    }
  }

  return (facts) => {
    const { kind, message, stack, phase, told, fresh, again } = facts;
    const words = WORDS[tongue()];
    const [title, explanation] = words[kind];
    const run = known(facts);
    const link = address(run);
    const text = transcript(run, words);
    const report = [
      "Raft Playground stopped",
      `cause: ${message}`,
      `page: ${location.href}`,
      `phase: ${phase}`,
      `virtual time: ${run.at || "unknown"}`,
      `last input: ${lastInput}`,
      `browser: ${navigator.userAgent}`,
      stack ? `stack:\n${stack}` : "stack: none",
      `link: ${link?.href ?? "too long"}`,
    ].join("\n");

    const heading = told.querySelector("h1");
    heading.textContent = title;
    fresh.textContent = words.fresh;
    const cause = told.querySelector(".crash-cause");
    cause.before(element("p", { textContent: explanation }));
    const actions = told.querySelector(".crash-actions");
    if (kind === "again") {
      actions.append(button("crash-again", words.allTheSame, () => {
        again();
        location.reload();
      }));
      return;
    }
    const reports = field("crash-report", report, words.report);
    const transcripts = field("crash-transcript", text, words.transcript);
    if (link) {
      const open = element("a", { href: link.href, target: "_blank", rel: "noopener", className: "crash-button", textContent: words.open });
      open.dataset.testid = "crash-link";
      const copying = button("crash-copy-link", words.copyLink, () => copy(link.href, reports[1], copying, words));
      actions.append(open, copying);
    }
    const save = element("a", { href: `data:text/plain;charset=utf-8,${percent(text)}`, download: "raft-playground-stopped.txt", className: "crash-button", textContent: words.save });
    save.dataset.testid = "crash-save";
    const copying = button("crash-copy-report", words.copyReport, () => copy(report, reports[1], copying, words));
    actions.append(save, copying);
    actions.after(element("p", { textContent: link === null ? words.tooLong : link.made ? words.link : words.linkAddress }), ...transcripts, ...reports);
    // The message has grown: it is read from its heading.
    heading.focus();
  };
})();
