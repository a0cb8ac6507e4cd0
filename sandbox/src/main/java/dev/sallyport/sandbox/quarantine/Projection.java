package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an agent sees of a content, and what that tells it.
 *
 * @param view the content's shape, with references where the server chose the characters
 * @param references how many references stand in the view
 * @param bits the most that the view tells about the content, in bits, rounded up
 */
public record Projection(JsonNode view, int references, int bits) {}
