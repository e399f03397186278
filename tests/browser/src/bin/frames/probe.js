// Adds up, from the first script of the page on, what its scripts do between two frames, and finds the
// engine's memory. The page itself knows nothing of being measured.
(() => {
  const probe = { frames: [], memory: null };
  let spent = 0;
  let began = 0;
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = callback => {
    const id = frame(now => {
      began = performance.now();
      callback(now);
    });
    // Another callback of the same frame comes once the microtasks of the first have run: effects are such.
    frame(now => {
      probe.frames.push([now, spent + performance.now() - began]);
      spent = 0;
    });
    return id;
  };
  // Effects that follow may start further ones; after so many turns none is left.
  const TURNS = 16;
  const settle = start => {
    let turns = TURNS;
    const turn = () => {
      if (turns-- > 0) queueMicrotask(turn);
      else spent += performance.now() - start;
    };
    turn();
  };
  probe.measured = work => {
    const start = performance.now();
    work();
    settle(start);
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const timer = window[name].bind(window);
    window[name] = (callback, ...rest) =>
      timer(typeof callback === 'function' ? (...given) => probe.measured(() => callback(...given)) : callback, ...rest);
  }
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await make(...given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) probe.memory = memory;
      return made;
    };
  }
  window.raftPlaygroundProbe = probe;
})();
