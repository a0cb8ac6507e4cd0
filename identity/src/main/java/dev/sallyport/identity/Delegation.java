package dev.sallyport.identity;

import java.util.List;

/**
 * On whose behalf a principal acts. What it may do is what both may: never more than either.
 * Source: RFC 8693, section 4.1.
 *
 * @param user on whose behalf
 * @param authority who vouched for the user, by resource name
 * @param chain through whom the principal came to act for the user, the latest first: for evidence,
 *     never for a decision
 */
public record Delegation(PrincipalId user, String authority, List<PrincipalId> chain) {
  public Delegation {
    chain = List.copyOf(chain);
  }
}
