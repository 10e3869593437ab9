/** The object of one channel. The name is the escaped entity id, so no two channels share one. */
export function channelStub<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  entityId: string,
): DurableObjectStub<T> {
  return namespace.get(namespace.idFromName(entityId));
}
