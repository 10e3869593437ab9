import { Button, NativeSelect } from "@mantine/core";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import styles from "./page.module.css";
import { useProfileTexts } from "./use-profile-texts.ts";
import { visibilities, visibilityOf } from "./visibility.ts";

const read = "GET /api/v1/identity/mine";
type Account = DataOf<typeof read>["identities"][number];
const providers = ["twitch", "discord", "slack"] as const;

/** The accounts on platforms, who may see them, and the way to link one more by signing in with it. */
export function Accounts() {
  const { accounts: texts } = useProfileTexts();
  const found = useApi(read);
  const begin = useChange("POST /api/v1/identity/oauth/{provider}", {
    onDone: ({ authorize_url }) => window.location.assign(authorize_url),
  });
  return (
    <div className={styles.fields}>
      <Loaded query={found}>
        {({ identities }) => (
          <ul className={styles.list}>
            {identities
              .filter(({ platform }) => platform !== "hub")
              .map((account) => (
                <AccountLine key={account.id} account={account} />
              ))}
          </ul>
        )}
      </Loaded>
      <div className={styles.row}>
        {providers.map((provider) => (
          <Button
            key={provider}
            data-testid={`connect-${provider}`}
            variant="default"
            size="compact-md"
            onClick={() => begin.mutate({ params: { provider }, body: { return_to: "/profile" } })}
          >
            {texts.withPlatform(platformName(provider))}
          </Button>
        ))}
      </div>
    </div>
  );
}

function AccountLine({ account }: { account: Account }) {
  const { accounts: texts, visibility: visible } = useProfileTexts();
  const params = { id: account.id };
  const change = useChange("PATCH /api/v1/identity/mine/{id}", { refreshes: [read], done: texts.changed });
  const unlink = useChange("DELETE /api/v1/identity/mine/{id}", {
    refreshes: [read],
    done: texts.unlinkDone,
  });
  return (
    <li>
      <div className={styles.row}>
        <strong>{account.platform_username}</strong>
        <span>{platformName(account.platform)}</span>
        {account.is_primary && <span>{texts.primary}</span>}
      </div>
      <NativeSelect
        label={texts.seenBy}
        value={account.visibility}
        data={visibilities.map((value) => ({ value, label: visible[value] }))}
        onChange={({ currentTarget: { value } }) =>
          change.mutate({ params, body: { visibility: visibilityOf(value) } })
        }
      />
      <div className={styles.row}>
        {!account.is_primary && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => change.mutate({ params, body: { is_primary: true } })}
          >
            {texts.makePrimary}
          </Button>
        )}
        <ConfirmButton
          label={texts.unlink}
          question={texts.unlinkQuestion(account.platform_username)}
          confirm={texts.unlink}
          size="compact-md"
          isBusy={unlink.isPending}
          onConfirm={() => unlink.mutateAsync({ params }).catch(() => undefined)}
        />
      </div>
    </li>
  );
}
