import {
  Button,
  Checkbox,
  Drawer,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Switch,
  TextInput,
} from "@mantine/core";
import * as z from "zod";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors, useSchemaForm } from "#hub/ui/form.ts";
import { ProblemPanel } from "#hub/ui/problem-panel.tsx";
import styles from "./page.module.css";
import { type Network, networksRoute } from "./queries.ts";
import { type NetworkValues, toNetworkBody } from "./to-network-body.ts";

interface Props {
  communityId: number;
  /** Undefined for a new one. */
  network: Network | undefined;
  onClose: () => void;
}

function valuesOf(network: Network | undefined): NetworkValues {
  return {
    host: network?.host ?? "",
    port: network?.port ?? 6697,
    tls: network?.tls ?? true,
    nick: network?.nick ?? "",
    flavour: network?.flavour ?? "irc",
    poll_seconds: network?.poll_seconds ?? "",
    password: "",
    dropPassword: false,
    sasl: { account: network?.sasl_account ?? "", password: "" },
    enabled: network?.enabled ?? true,
  };
}

function isWhole(value: number | string, least: number, most: number): boolean {
  const number = Number(value);
  return value !== "" && Number.isInteger(number) && number >= least && number <= most;
}

/** A network, new or known. What the server does not take is said beside its field; passwords only go in. */
export function NetworkEditor({ communityId, network, onClose }: Props) {
  const { networks: texts, parts } = useTexts();
  const schema = z.object({
    host: z.string().trim().min(1, texts.needHost),
    port: z.union([z.number(), z.string()]).refine((port) => isWhole(port, 1, 65_535), texts.badNumber),
    tls: z.boolean(),
    nick: z.string().trim().min(1, texts.needNick),
    flavour: z.string(),
    poll_seconds: z
      .union([z.number(), z.string()])
      .refine((seconds) => seconds === "" || isWhole(seconds, 5, 86_400), texts.pollHint),
    password: z.string(),
    dropPassword: z.boolean(),
    sasl: z.object({ account: z.string(), password: z.string() }),
    enabled: z.boolean(),
  });
  const form = useSchemaForm(schema, valuesOf(network));
  const done = {
    refreshes: [networksRoute] as const,
    done: texts.saved(network?.host ?? form.values.host.trim()),
    onDone: onClose,
    isQuiet: true,
  };
  const create = useChange("POST /api/v1/communities/{community_id}/irc-networks", done);
  const update = useChange("PUT /api/v1/communities/{community_id}/irc-networks/{host}", done);
  const error = create.error ?? update.error;
  const onError = (problem: unknown) => form.setErrors(fieldErrors(problem));
  const save = form.onSubmit((values) => {
    const body = toNetworkBody(values);
    if (network)
      return update.mutate({ params: { community_id: communityId, host: network.host }, body }, { onError });
    const { sasl, ...rest } = body;
    const made = { host: values.host.trim(), ...rest, ...(sasl === null ? {} : { sasl }) };
    create.mutate({ params: { community_id: communityId }, body: made }, { onError });
  });
  const isFieldless = error !== null && Object.keys(fieldErrors(error)).length === 0;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={network?.host ?? texts.create}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <form onSubmit={save} className={styles.fields} data-testid="network-editor" noValidate>
        {!network && (
          <TextInput
            label={texts.host}
            description={texts.hostHint}
            data-testid="network-host"
            {...form.getInputProps("host")}
          />
        )}
        <div className={styles.pair}>
          <TextInput label={texts.nick} data-testid="network-nick" {...form.getInputProps("nick")} />
          <NumberInput
            label={texts.port}
            allowDecimal={false}
            min={1}
            max={65_535}
            data-testid="network-port"
            {...form.getInputProps("port")}
          />
          <NativeSelect
            label={texts.flavour}
            data={[
              { value: "irc", label: texts.flavours.irc },
              { value: "twitch", label: texts.flavours.twitch },
            ]}
            {...form.getInputProps("flavour")}
          />
          <NumberInput
            label={texts.poll}
            description={texts.pollHint}
            allowDecimal={false}
            {...form.getInputProps("poll_seconds")}
          />
        </div>
        <Switch
          label={texts.tls}
          description={network ? texts.typeAgain : undefined}
          {...form.getInputProps("tls", { type: "checkbox" })}
        />
        <TextInput
          label={texts.account}
          description={texts.accountHint}
          autoComplete="off"
          {...form.getInputProps("sasl.account")}
        />
        <PasswordInput
          label={texts.accountPassword}
          description={network?.sasl_account ? texts.kept : undefined}
          autoComplete="new-password"
          data-testid="network-sasl-password"
          {...form.getInputProps("sasl.password")}
        />
        <PasswordInput
          label={texts.password}
          description={network?.has_password ? texts.kept : texts.passwordHint}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
        {network?.has_password && (
          <Checkbox
            label={texts.dropPassword}
            {...form.getInputProps("dropPassword", { type: "checkbox" })}
          />
        )}
        <Switch label={texts.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
        {isFieldless && <ProblemPanel error={error} />}
        <Button type="submit" loading={create.isPending || update.isPending} data-testid="network-save">
          {parts.save}
        </Button>
      </form>
    </Drawer>
  );
}
