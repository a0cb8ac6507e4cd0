package dev.sallyport.identity.http;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.turn.Turn;

/** Who sent a request, and the turn that it belongs to. */
record Identified(Principal principal, Turn turn) {}
