package dev.sallyport.identity.turn;

import dev.sallyport.identity.PrincipalId;
import java.time.Instant;

/** One turn of an agent, held on this side and bound to the principal whose it is. */
public record Turn(TurnId id, PrincipalId owner, Instant startedAt) {}
