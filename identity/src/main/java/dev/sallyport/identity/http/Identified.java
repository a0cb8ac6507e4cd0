package dev.sallyport.identity.http;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Presence;
import dev.sallyport.identity.turn.Turn;

/**
 * Who sent a request, and the turn that it belongs to.
 *
 * @param peer the address that it came from
 * @param presence by which what it has under way can be ended
 * @param challenges says what the caller may show beside
 */
record Identified(
    Principal principal, Turn turn, String peer, Presence presence, Challenges challenges) {}
