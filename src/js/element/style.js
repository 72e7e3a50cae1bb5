import { css } from 'lit'

// All lengths in the font's size. A row has the same height in every state, so that nothing jumps when one ends.
export const style = css`
  :host {
    --_accent: var(--oss-upload-accent, #1a5fd0);
    --_on-accent: var(--oss-upload-on-accent, #ffffff);
    --_background: var(--oss-upload-background, #ffffff);
    --_text: var(--oss-upload-text, #1b2330);
    --_muted: var(--oss-upload-muted, #5a6576);
    --_line: var(--oss-upload-line, #d5dae1);
    --_good: var(--oss-upload-success, #11713f);
    --_bad: var(--oss-upload-error, #b3261e);
    --_wait: var(--oss-upload-warning, #875200);
    --_radius: var(--oss-upload-radius, 0.6rem);
    display: block;
    color: var(--_text);
    line-height: 1.4;
  }

  /* By the page's color-scheme, not by the system's alone. */
  @supports (color: light-dark(red, red)) {
    :host {
      --_accent: var(--oss-upload-accent, light-dark(#1a5fd0, #7db0ff));
      --_on-accent: var(--oss-upload-on-accent, light-dark(#ffffff, #0b1a33));
      --_background: var(--oss-upload-background, light-dark(#ffffff, #1b2028));
      --_text: var(--oss-upload-text, light-dark(#1b2330, #e7ebf1));
      --_muted: var(--oss-upload-muted, light-dark(#5a6576, #a0abbb));
      --_line: var(--oss-upload-line, light-dark(#d5dae1, #3a4350));
      --_good: var(--oss-upload-success, light-dark(#11713f, #6fd79c));
      --_bad: var(--oss-upload-error, light-dark(#b3261e, #ff9d94));
      --_wait: var(--oss-upload-warning, light-dark(#875200, #f3c06b));
    }
  }

  :host([hidden]), [hidden] { display: none !important; }

  * { box-sizing: border-box; margin: 0; padding: 0; }

  .upload { display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr); }

  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .zone {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.5rem 1rem;
    padding: 1.25rem 1rem;
    border: 2px dashed var(--_line);
    border-radius: var(--_radius);
    background: var(--_background);
    transition: border-color 120ms;
  }

  .zone.over { border-color: var(--_accent); border-style: solid; }

  .note { color: var(--_muted); font-size: 0.9em; text-align: center; }

  .choices { display: flex; flex-wrap: wrap; gap: 0.5rem; }

  button {
    min-height: 2.25rem;
    padding: 0.3rem 0.8rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.75);
    background: var(--_background);
    color: inherit;
    font: inherit;
    font-size: 0.9em;
    cursor: pointer;
  }

  button:hover { border-color: var(--_muted); }
  button:disabled { opacity: 0.5; cursor: not-allowed; }
  button:focus-visible { outline: 3px solid var(--_accent); outline-offset: 1px; }
  .primary { border-color: transparent; background: var(--_accent); color: var(--_on-accent); font-weight: 600; }
  .icon { display: grid; place-items: center; width: 2.25rem; padding: 0; border-color: transparent; background: none; color: var(--_muted); }
  .icon:hover { color: var(--_text); }
  .icon[aria-expanded="true"] svg { transform: rotate(180deg); }

  svg { width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }

  .total { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; }
  .total progress { flex: 1; margin: 0; }
  .numbers { flex-basis: 100%; overflow: hidden; color: var(--_muted); font-size: 0.9em; text-overflow: ellipsis; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .all { display: flex; gap: 0.4rem; min-height: 2rem; }
  .all button { min-height: 2rem; padding: 0.15rem 0.6rem; font-size: 0.85em; white-space: nowrap; }
  .all svg { display: none; }

  /* Not a grid: that would be laid out as a whole whenever one row changes. */
  ul { list-style: none; }

  li {
    --_tone: var(--_accent);
    display: grid;
    grid-template: "picture name actions" 1.45rem "picture facts actions" minmax(2.5rem, auto) / 2.75rem minmax(0, 1fr) auto;
    column-gap: 0.75rem;
    padding: 0.5rem 0.6rem 0.45rem;
    margin-bottom: 0.5rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_background);
    content-visibility: auto;
    contain-intrinsic-size: auto 5rem;
  }

  li.done { --_tone: var(--_good); }
  li.failed { --_tone: var(--_bad); }
  li.paused, li.waiting { --_tone: var(--_wait); }
  li.queued, li.aborted { --_tone: var(--_muted); }

  .picture { grid-area: picture; display: grid; place-items: center; align-self: center; width: 2.75rem; height: 2.75rem; overflow: hidden; border-radius: calc(var(--_radius) * 0.6); color: var(--_tone); }
  .picture svg { width: 1.75rem; height: 1.75rem; stroke-width: 1.4; }
  .picture canvas { width: 100%; height: 100%; }
  .name { grid-area: name; display: flex; min-width: 0; font-weight: 600; white-space: pre; }
  .stem { overflow: hidden; text-overflow: ellipsis; }
  .ending { flex: none; }
  .facts { grid-area: facts; min-width: 0; font-size: 0.85em; }
  .state, .key { overflow: hidden; color: var(--_muted); text-overflow: ellipsis; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .state { color: var(--_tone); }
  .problem { display: -webkit-box; overflow: hidden; overflow-wrap: anywhere; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
  .problem.open { display: block; white-space: pre-line; }
  .message { color: var(--_bad); font-weight: 600; }
  .codes { color: var(--_muted); overflow-wrap: anywhere; }
  .actions { grid-area: actions; display: flex; align-self: center; }

  progress {
    display: block;
    width: 100%;
    height: 0.4rem;
    margin-top: 0.35rem;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    background: var(--_line);
    color: var(--_tone, var(--_accent));
    appearance: none;
  }

  progress::-webkit-progress-bar { background: var(--_line); }
  progress::-webkit-progress-value { background: var(--_tone, var(--_accent)); }
  progress::-moz-progress-bar { background: var(--_tone, var(--_accent)); }

  @media (max-width: 30rem) {
    .choices { width: 100%; }
    .choices button { flex: 1 1 auto; padding-inline: 0.4rem; white-space: nowrap; }
    .numbers { height: 2.8em; white-space: normal; }
    .all { gap: 0.25rem; }
    .all button { width: 2.25rem; padding: 0; }
    .all svg { display: inline; vertical-align: middle; }
    .all span { display: none; }
    li { grid-template: "name actions" auto "facts facts" minmax(3.4rem, auto) / minmax(0, 1fr) auto; contain-intrinsic-size: auto 6.7rem; }
    .picture { display: none; }
    .name { align-self: center; }
    .state { display: -webkit-box; white-space: normal; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
    .problem { -webkit-line-clamp: 3; }
  }

  @media (prefers-reduced-motion: reduce) {
    * { transition: none !important; }
  }

  @media (forced-colors: active) {
    progress { appearance: auto; }
  }
`
