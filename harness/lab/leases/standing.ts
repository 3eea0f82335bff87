/** What a token is worth now. */
export type Standing =
  | { readonly kind: 'held' }
  | { readonly kind: 'revoked'; readonly reason: string }
  | { readonly kind: 'lost' };
