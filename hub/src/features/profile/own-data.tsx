import { Button, Code, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "#hub/api/call.ts";
import { problemOf, unwrap } from "#hub/api/problem.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { toast } from "#hub/ui/toast.ts";
import { saveAs } from "../history/save-as.ts";
import styles from "./page.module.css";
import { useProfileTexts } from "./use-profile-texts.ts";

/** A copy of everything, and the end of everything. */
export function OwnData({ name }: { name: string }) {
  const texts = useTexts();
  const { data } = useProfileTexts();
  const [typed, setTyped] = useState("");
  const [receipt, setReceipt] = useState<string>();
  const [isLoading, setLoading] = useState(false);
  const remove = useChange("POST /api/v1/identity/deletion", {
    onDone: (made) => setReceipt(JSON.stringify(made, undefined, 2)),
  });
  const download = async () => {
    setLoading(true);
    try {
      const copy = unwrap(await call("GET /api/v1/identity/export", {}));
      saveAs("waddlebot-me.json", JSON.stringify(copy, undefined, 2));
      toast({ tone: "good", text: data.exported });
    } catch (error) {
      toast({ tone: "bad", text: sayProblem(problemOf(error), texts) });
    } finally {
      setLoading(false);
    }
  };
  if (receipt !== undefined)
    return (
      <div className={styles.fields}>
        <p>{data.receipt}</p>
        <Code block className={styles.once}>
          {receipt}
        </Code>
      </div>
    );
  return (
    <div className={styles.fields}>
      <Button variant="default" loading={isLoading} onClick={() => void download()}>
        {data.export}
      </Button>
      <p>{data.deleteLead}</p>
      <TextInput
        label={data.typeName(name)}
        value={typed}
        autoComplete="off"
        onChange={({ currentTarget: { value } }) => setTyped(value)}
      />
      {typed.trim() === name.trim() && (
        <ConfirmButton
          label={data.delete}
          question={data.deleteLead}
          confirm={data.deleteNow}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutateAsync({ body: { display_name: typed } }).catch(() => undefined)}
        />
      )}
    </div>
  );
}
