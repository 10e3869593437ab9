/** How much Block Kit takes (Slack, Reference: blocks, elements, objects; the total by experience: 13,200 fails). */
export const blockLimits = {
  inMessage: 50,
  inModal: 100,
  /** Characters of all texts of one message together. */
  total: 12_000,
  sectionText: 3000,
  sectionFields: 10,
  fieldText: 2000,
  headerText: 150,
  contextElements: 10,
  actionElements: 25,
  /** block_id, action_id and callback_id. */
  id: 255,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  imageText: 2000,
  options: 100,
  choices: 10,
  optionText: 75,
  placeholder: 150,
  inputLabel: 2000,
  inputHint: 2000,
  inputText: 3000,
  modalTitle: 24,
  privateMetadata: 3000,
} as const;
