/** Stands in the page itself, so that the page needs nothing else. */
export const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h2 { margin-top: 2.5rem; text-transform: capitalize; }
h3 { font-size: 1rem; margin-bottom: 0.25rem; }
small { font-weight: normal; opacity: 0.75; }
nav a { display: inline-block; margin-right: 0.75rem; }
details { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0.5rem 0; padding: 0.5rem 0.75rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4.5rem; }
summary span { display: block; margin-left: 4.75rem; opacity: 0.85; }
pre { overflow: auto; max-height: 24rem; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid var(--line); }
`;
