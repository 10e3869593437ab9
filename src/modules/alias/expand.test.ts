import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expandAlias } from "#modules/alias/expand";
import { parseDraft } from "#modules/alias/rules";

const caller = (argsText: string, name = "Ada") => ({ id: "42", name, argsText });

describe("expandAlias", () => {
  test.each([
    ["!so {user} {user_id}", "", "!so Ada 42"],
    ["!echo [{arg1}] [{arg9}]", "a", "!echo [a] []"],
    ["!echo {arg1}", '"two words" x', "!echo two words"],
    ["!echo {args}", '  "as typed"  x ', '!echo "as typed" x'],
    ["!so users user_name superuser user!", "bob", "!so users user_name superuser bob!"],
    ["!echo {nothing} {arg0} {arg100}", "a", "!echo {nothing} {arg0} {arg100}"],
    ["!echo {arg1} {arg2}", "{user} {args}", "!echo {user} {args}"],
    ["!user is here", "bob", "!user is here"],
    ["hello {user}", "", "hello Ada"],
    ["!echo {all_args}", "a\nb\r\n!ban c", "!echo a b !ban c"],
    ["!echo $& {arg1}", "$& $1", "!echo $& $&"],
  ])("%j with %j is %j", (body, argsText, text) => {
    expect(expandAlias(body, caller(argsText))).toMatchObject({ ok: true, value: { text } });
  });

  test("a text that comes to nothing is refused, not said", () => {
    expect(expandAlias("{args}", caller(""))).toMatchObject({ ok: false, code: "bad_request" });
  });

  const anyText = fc.string({ unit: "binary", maxLength: 600 });
  const pieces = fc.array(
    fc.oneof(
      anyText,
      fc.constantFrom("{user}", "{args}", "{all_args}", "{arg1}", "{arg2}", "user", "!", "#", "\n"),
    ),
  );

  test("is one line of at most 500 characters, or a refusal with a reason", () => {
    fc.assert(
      fc.property(pieces, anyText, anyText, (parts, argsText, name) => {
        const expansion = expandAlias(parts.join(" "), caller(argsText, name));
        if (expansion.ok) {
          expect(expansion.value.text.length).toBeLessThanOrEqual(500);
          expect(expansion.value.text).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
          expect(expansion.value.text.isWellFormed()).toBe(true);
        } else {
          expect(expansion.message).toBeTruthy();
        }
      }),
    );
  });

  test("runs the command the moderator wrote, whatever the caller types", () => {
    fc.assert(
      fc.property(pieces, anyText, anyText, (parts, argsText, name) => {
        const draft = parseDraft(`x !echo ${parts.join(" ")}`);
        if (!draft.ok) return;
        const expansion = expandAlias(draft.value.body, caller(argsText, name));
        if (expansion.ok) expect(expansion.value.text).toMatch(/^!echo( |$)/);
      }),
    );
  });

  test("a text alias stays a text", () => {
    fc.assert(
      fc.property(anyText, (argsText) => {
        const expansion = expandAlias("{args} {user}", caller(argsText, "!ban everyone"));
        if (expansion.ok) expect(expansion.value.kind).toBe("text");
      }),
    );
  });
});
