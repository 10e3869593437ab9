import * as z from "zod";
import { alertContent, captionContent, goalContent, musicContent } from "#contracts/overlay-content";

const text = z.string().min(1).max(4000);

/** A form to fill in; where it is shown in a chat, `submitUrl` is the component it goes to (`module:action:context`). */
export const formResponse = z.object({
  type: z.literal("form"),
  title: z.string().max(255),
  description: z.string().max(2000).optional(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        type: z.enum([
          "text",
          "textarea",
          "select",
          "multiselect",
          "radio",
          "checkbox",
          "number",
          "email",
          "url",
          "date",
          "time",
        ]),
        label: z.string().max(255),
        required: z.boolean().default(false),
        options: z.array(z.string().max(255)).max(100).optional(),
      }),
    )
    .max(50),
  submitUrl: z.string().max(2000),
  submitMethod: z.enum(["POST", "PUT"]).default("POST"),
  callbackUrl: z.string().max(2000).optional(),
});

/** What is shown on an overlay; the last four on overlays of their own (40-core §1.34). */
export const overlayResponse = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("media"),
    mediaType: z.enum(["video", "image", "audio"]),
    url: z.url({ protocol: /^https$/ }).max(2000),
    durationSeconds: z.int().min(1).max(600).default(30),
  }),
  z.object({
    type: z.literal("ticker"),
    text: z.string().min(1).max(200),
    durationSeconds: z.int().min(1).max(600).default(10),
    priority: z.int().min(0).max(1000).default(100),
  }),
  formResponse,
  z.object({
    type: z.literal("general"),
    contentType: z.enum(["text", "html"]).default("text"),
    content: z.string().max(5000),
    durationSeconds: z.int().min(1).max(600).default(10),
  }),
  alertContent,
  musicContent,
  goalContent,
  captionContent,
]);
/** A response that is shown on an overlay instead of said in chat. */
export type OverlayResponse = z.infer<typeof overlayResponse>;

const chatResponse = z.object({ type: z.literal("chat"), text, ephemeral: z.boolean().optional() });
export type ChatResponse = z.infer<typeof chatResponse>;

/** What a module may say and show (10-router §1.3; `general` by 90-decisions C-15). */
export const moduleResponse = z.discriminatedUnion("type", [chatResponse, ...overlayResponse.options]);
export type ModuleResponse = z.infer<typeof moduleResponse>;
export type ModuleResponseInput = z.input<typeof moduleResponse>;
export type FormResponse = z.infer<typeof formResponse>;
