package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Optional;

/**
 * Reads Gemini's usageMetadata. Its prompt tokens include those from a cache, and not those of the
 * results of tools that Google runs; its candidates' tokens leave out the thoughts, but for some
 * models of Vertex AI, which the total gives away.
 */
final class UsageReader {
  private UsageReader() {}

  static Optional<Usage> read(JsonNode metadata) {
    if (!metadata.path("promptTokenCount").isNumber()) {
      return Optional.empty();
    }
    long prompt = count(metadata, "promptTokenCount");
    long cached = Math.min(prompt, count(metadata, "cachedContentTokenCount"));
    long sound = of(metadata, "promptTokensDetails", "AUDIO") - cached(metadata, "AUDIO");
    long images = of(metadata, "promptTokensDetails", "IMAGE") - cached(metadata, "IMAGE");
    long audioIn = Math.clamp(sound, 0, prompt - cached);
    long imageIn = Math.clamp(images, 0, prompt - cached - audioIn);
    long byTools = count(metadata, "toolUsePromptTokenCount");
    long thoughts = count(metadata, "thoughtsTokenCount");
    long candidates = count(metadata, "candidatesTokenCount");
    if (count(metadata, "totalTokenCount") == prompt + byTools + candidates) {
      candidates = Math.max(0, candidates - thoughts);
    }
    long audioOut = Math.min(candidates, of(metadata, "candidatesTokensDetails", "AUDIO"));
    long imageOut =
        Math.min(candidates - audioOut, of(metadata, "candidatesTokensDetails", "IMAGE"));
    return Optional.of(
        Usage.NONE
            .plus(Unit.FRESH_IN, prompt - cached - audioIn - imageIn + byTools)
            .plus(Unit.CACHE_READ, cached)
            .plus(Unit.AUDIO_IN, audioIn)
            .plus(Unit.IMAGE_IN, imageIn)
            .plus(Unit.TEXT_OUT, candidates - audioOut - imageOut)
            .plus(Unit.REASONING_OUT, thoughts)
            .plus(Unit.AUDIO_OUT, audioOut)
            .plus(Unit.IMAGE_OUT, imageOut));
  }

  private static long cached(JsonNode metadata, String modality) {
    return of(metadata, "cacheTokensDetails", modality);
  }

  private static long of(JsonNode metadata, String details, String modality) {
    long sum = 0;
    for (var one : metadata.path(details)) {
      sum += one.path("modality").asText("").equals(modality) ? count(one, "tokenCount") : 0;
    }
    return sum;
  }

  private static long count(JsonNode object, String field) {
    return Math.max(0, object.path(field).asLong(0));
  }
}
