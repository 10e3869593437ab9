// Runs in a page of the hub: types hostile texts into every field there is and opens what buttons open, as a very rude person.
globalThis.typeHostile = async (texts) => {
  const isPassedBy =
    /remove|delete|revoke|connect|allow|sign out|export|leave|reload|rotate|suspend|deactivate|close|merge|confirm|apply|undo|end/i;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fieldTypes = new Set(["text", "search", "email", "url", "password", "tel"]);
  const typed = new Set();
  let count = 0;

  const fields = () =>
    [...document.querySelectorAll("input, textarea")].filter(
      (field) =>
        (field.localName === "textarea" || fieldTypes.has(field.type)) &&
        !field.disabled &&
        !field.readOnly &&
        field.checkVisibility() &&
        !typed.has(field),
    );

  async function fill() {
    const found = fields();
    for (const field of found) {
      typed.add(field);
      count += 1;
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
      set.call(field, texts[(count * 37) % texts.length].replaceAll(/[\n\r]/g, " "));
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("focusout", { bubbles: true }));
    }
    for (const form of new Set(found.map(({ form: own }) => own))) form?.requestSubmit();
    await pause(found.length > 0 ? 300 : 50);
  }

  await fill();
  const buttons = [...document.querySelectorAll("main button")].slice(0, 15);
  for (const button of buttons) {
    const name = button.textContent + button.ariaLabel + button.dataset.testid;
    if (!button.isConnected || button.disabled || isPassedBy.test(name)) continue;
    button.click();
    await pause(100);
    await fill();
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  }
  return count;
};
