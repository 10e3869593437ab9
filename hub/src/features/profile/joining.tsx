import { Button, Code, TextInput } from "@mantine/core";
import { useState } from "react";
import { call, type DataOf } from "#hub/api/call.ts";
import { problemOf, unwrap } from "#hub/api/problem.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import styles from "./page.module.css";
import { useProfileTexts } from "./use-profile-texts.ts";

const read = "GET /api/v1/identity/merges";
const stale = [read, "GET /api/v1/identity/mine"] as const;
type Offer = DataOf<"GET /api/v1/identity/merges/offer">;

/** Takes in another account of the same person, after showing whose it is; and gives it back. */
export function Joining() {
  const texts = useTexts();
  const { joining } = useProfileTexts();
  const found = useApi(read);
  const [own, setOwn] = useState<string>();
  const [code, setCode] = useState("");
  const [offer, setOffer] = useState<Offer>();
  const [problem, setProblem] = useState<string>();
  const make = useChange("POST /api/v1/identity/merge-codes", { onDone: (made) => setOwn(made.code) });
  const join = useChange("POST /api/v1/identity/merges", {
    refreshes: stale,
    done: joining.joined,
    onDone: () => {
      setCode("");
      setOffer(undefined);
    },
  });
  const undo = useChange("DELETE /api/v1/identity/merges/{id}", { refreshes: stale, done: joining.undone });
  const look = async () => {
    setProblem(undefined);
    try {
      const headers = { "x-merge-code": code.trim() };
      setOffer(unwrap(await call("GET /api/v1/identity/merges/offer", { headers })));
    } catch (error) {
      setProblem(sayProblem(problemOf(error), texts));
    }
  };
  return (
    <div className={styles.fields}>
      <Loaded query={found}>
        {({ merges }) => (
          <ul className={styles.list}>
            {merges.map((merge) => (
              <li key={merge.id}>
                <div className={styles.row}>
                  <strong>{merge.display_name}</strong>
                  <Moment at={merge.merged_at} />
                  {merge.undone_at !== null && <span>{joining.wasUndone}</span>}
                </div>
                {merge.undone_at === null && (
                  <div>
                    <ConfirmButton
                      label={joining.undo}
                      question={joining.undoQuestion(merge.display_name)}
                      confirm={joining.undo}
                      size="compact-md"
                      isBusy={undo.isPending}
                      onConfirm={() => undo.mutateAsync({ params: { id: merge.id } }).catch(() => undefined)}
                    />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Button variant="default" loading={make.isPending} onClick={() => make.mutate({})}>
        {joining.offer}
      </Button>
      {own !== undefined && (
        <div>
          <Code className={styles.once}>{own}</Code>
          <p>{joining.offerText}</p>
        </div>
      )}
      <TextInput
        label={joining.enter}
        value={code}
        error={problem}
        autoComplete="off"
        onChange={({ currentTarget: { value } }) => {
          setCode(value);
          setOffer(undefined);
        }}
      />
      {offer === undefined ? (
        <Button variant="default" disabled={code.trim() === ""} onClick={() => void look()}>
          {joining.look}
        </Button>
      ) : (
        <ConfirmButton
          label={joining.join}
          question={joining.question(offer.display_name, namesOf(offer))}
          confirm={joining.join}
          isBusy={join.isPending}
          onConfirm={() => join.mutateAsync({ body: { code: code.trim() } }).catch(() => undefined)}
        />
      )}
    </div>
  );
}

function namesOf({ identities }: Offer): string {
  return identities.map(({ platform, platform_username }) => `${platform} ${platform_username}`).join(", ");
}
