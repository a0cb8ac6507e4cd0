package dev.sallyport.mcp.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group of readers as it is written: its names, its own if there are none, and who is in it. */
record GroupSpec(
    @Nullable List<String> names, @JsonProperty(required = true) List<String> members) {}
