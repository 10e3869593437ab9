// An alias must not pass for a command it is not (threat 11); what a word looks like is the whole house's knowledge.
export { skeleton } from "#lib/skeleton";
