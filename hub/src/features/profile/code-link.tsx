import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { fieldErrors } from "#hub/ui/form.ts";
import { Loaded } from "#hub/ui/loaded.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import styles from "./page.module.css";
import { useProfileTexts } from "./use-profile-texts.ts";

const read = "GET /api/v1/identity/pending";
const platforms = ["twitch", "discord", "slack"] as const;
const platformOf = (value: string) => platforms.find((one) => one === value) ?? "twitch";

/** Has a code written to another account, and takes it back in. */
export function CodeLink() {
  const { code: texts } = useProfileTexts();
  const found = useApi(read);
  const form = useForm({ initialValues: { platform: "discord", account: "", code: "" } });
  const ask = useChange("POST /api/v1/identity/link", { refreshes: [read], done: texts.asked });
  const verify = useChange("POST /api/v1/identity/verify", {
    refreshes: [read, "GET /api/v1/identity/mine"],
    done: texts.verified,
    onDone: () => form.setFieldValue("code", ""),
  });
  const { platform, account, code } = form.values;
  const refused = { onError: (error: unknown) => form.setErrors(fieldErrors(error)) };
  return (
    <div className={styles.fields}>
      <Loaded query={found}>
        {({ pending }) => (
          <ul className={styles.list}>
            {pending.map((wish) => (
              <li key={wish.platform}>
                {`${platformName(wish.platform)}, ${wish.platform_username}: ${texts.states[wish.status]}`}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <NativeSelect
        label={texts.platform}
        data={platforms.map((value) => ({ value, label: platformName(value) }))}
        {...form.getInputProps("platform")}
      />
      <TextInput label={texts.account} autoComplete="off" {...form.getInputProps("account")} />
      <Button
        variant="default"
        loading={ask.isPending}
        disabled={account.trim() === ""}
        onClick={() => ask.mutate({ body: { platform: platformOf(platform), account } }, refused)}
      >
        {texts.ask}
      </Button>
      <TextInput label={texts.code} autoComplete="one-time-code" {...form.getInputProps("code")} />
      <Button
        loading={verify.isPending}
        disabled={code.trim() === ""}
        onClick={() => verify.mutate({ body: { platform: platformOf(platform), code } }, refused)}
      >
        {texts.verify}
      </Button>
    </div>
  );
}
