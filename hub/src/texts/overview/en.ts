/** What the Overview says, in English. */
export const overview = {
  title: "Overview",
  lead: "Is everything all right, and what happened since you last looked?",
};
