export const bareActivities = {
  /** Does nothing and says so. */
  nothing: async (id: string): Promise<number> => id.length,
};
export type BareActivities = typeof bareActivities;
