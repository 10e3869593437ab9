import { Notifications, notifications } from "@mantine/notifications";
import "@mantine/notifications/styles.css";
import type { Toast } from "./toast.ts";

const colours = { good: "teal", bad: "red", plain: "gray" } as const;
const shownMs = { good: 4000, plain: 5000, bad: 9000 } as const;

export function showToast({ tone, text }: Toast): void {
  notifications.show({
    message: text,
    color: colours[tone],
    autoClose: shownMs[tone],
    // Only troubles interrupt what a screen reader is saying.
    role: tone === "bad" ? "alert" : "status",
  });
}

/** Where toasts stand. */
export function ToastCorner() {
  return <Notifications position="bottom-right" />;
}
