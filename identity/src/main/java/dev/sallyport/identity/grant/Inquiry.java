package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Target;

/**
 * All that a decision depends on, beside the policies.
 *
 * @param arguments the one parsed form of what the caller sends; never changed
 */
public record Inquiry(
    Principal principal, Target target, JsonNode arguments, Circumstances circumstances) {}
