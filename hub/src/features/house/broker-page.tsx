import { useApi } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./house.module.css";

/** Super admins with a key of their own, and what was done to them. */
export function HouseBrokerPage() {
  const texts = useTexts().house.broker;
  const found = useApi("GET /api/v1/superadmin/broker");
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <Loaded query={found}>
        {({ admins, audit }) => (
          <div className={styles.stack}>
            <h2>{texts.admins}</h2>
            <DataTable
              label={texts.admins}
              rows={admins}
              rowKey={({ username }) => username}
              empty={<EmptyState title={texts.emptyTitle} text={texts.emptyText} />}
              columns={[
                {
                  key: "name",
                  title: texts.columns.name,
                  width: "minmax(160px, 2fr)",
                  render: ({ username, full_name }) => (
                    <>
                      <strong>{full_name}</strong> <code>{username}</code>
                    </>
                  ),
                },
                {
                  key: "email",
                  title: texts.columns.email,
                  width: "minmax(160px, 2fr)",
                  render: ({ email }) => email,
                },
                {
                  key: "groups",
                  title: texts.columns.groups,
                  width: "minmax(160px, 2fr)",
                  render: ({ groups }) => groups.join(", "),
                },
                {
                  key: "state",
                  title: texts.columns.state,
                  width: "120px",
                  render: ({ is_active }) => (
                    <StatusMark tone={is_active ? "good" : "idle"}>
                      {is_active ? texts.active : texts.inactive}
                    </StatusMark>
                  ),
                },
                {
                  key: "made",
                  title: texts.columns.made,
                  width: "130px",
                  render: ({ created_at }) => <Moment at={created_at} />,
                },
              ]}
            />
            {audit.length > 0 && (
              <>
                <h2>{texts.audit}</h2>
                <DataTable
                  label={texts.audit}
                  rows={audit}
                  rowKey={({ id }) => id}
                  columns={[
                    {
                      key: "at",
                      title: texts.auditColumns.at,
                      width: "150px",
                      render: ({ at }) => <Moment at={at} />,
                    },
                    {
                      key: "action",
                      title: texts.auditColumns.action,
                      width: "minmax(180px, 2fr)",
                      render: ({ action }) => <code>{action}</code>,
                    },
                    {
                      key: "whom",
                      title: texts.auditColumns.whom,
                      width: "minmax(120px, 1fr)",
                      render: ({ username }) => username ?? "–",
                    },
                    {
                      key: "by",
                      title: texts.auditColumns.by,
                      width: "minmax(120px, 1fr)",
                      render: ({ performed_by }) => performed_by,
                    },
                    {
                      key: "state",
                      title: texts.auditColumns.state,
                      width: "110px",
                      render: ({ status }) => status,
                    },
                  ]}
                />
              </>
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}
