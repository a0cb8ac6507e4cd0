package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value that is shown as it is.
 *
 * @param node in the one form that its value has
 * @param bits what showing it tells
 */
record Literal(JsonNode node, double bits) {}
