package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.testing.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostedToolsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CHAT | {\"tools\":[{\"type\":\"web_search\"}]} | web_search",
        "CHAT | {\"tools\":[{\"type\":\"openrouter:datetime\"}]} | openrouter:datetime",
        "CHAT | {\"tools\":[{\"type\":7}]} | 7",
        "CHAT | {\"web_search_options\":{}} | web_search_options",
        "CHAT | {\"plugins\":[{\"id\":\"web\"}]} | plugins",
        "CHAT | {\"search_parameters\":{\"mode\":\"on\"}} | search_parameters",
        "CHAT | {\"enable_search\":true} | enable_search",
        "CHAT | {\"mcp_servers\":[{\"url\":\"https://x\"}]} | mcp_servers",
        "MESSAGES | {\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"}]} |"
            + " web_search_20250305",
        "MESSAGES | {\"tools\":[{\"type\":\"web_fetch_20250910\"}]} | web_fetch_20250910",
        "MESSAGES | {\"tools\":[{\"type\":\"code_execution_20250825\"}]} |"
            + " code_execution_20250825",
        "MESSAGES | {\"tools\":[{\"type\":\"computer_20250124\"}]} | computer_20250124",
        "MESSAGES | {\"tools\":[{\"type\":\"mcp_toolset\"}]} | mcp_toolset",
        "MESSAGES | {\"tools\":[{\"type\":\"bash_20250124_hosted\"}]} | bash_20250124_hosted",
        "MESSAGES | {\"mcp_servers\":[{\"type\":\"url\"}]} | mcp_servers",
        "MESSAGES | {\"container\":{\"skills\":[]}} | container",
        "RESPONSES | {\"tools\":[{\"type\":\"file_search\"}]} | file_search",
        "RESPONSES | {\"tools\":[{\"type\":\"code_interpreter\"}]} | code_interpreter",
        "RESPONSES | {\"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://x\"}]} | mcp",
        "RESPONSES | {\"tools\":[{\"type\":\"computer_use_preview\"}]} | computer_use_preview",
        "RESPONSES | {\"tools\":[{\"type\":\"image_generation\"}]} | image_generation",
        "RESPONSES | {\"tools\":[{\"type\":\"shell\"}]} | shell",
        "RESPONSES | {\"tools\":[{\"type\":\"namespace\",\"tools\":[{\"type\":\"mcp\"}]}]} | mcp",
        "RESPONSES | {\"prompt\":{\"id\":\"pmpt_1\"}} | prompt",
        "RESPONSES |"
            + " {\"input\":[{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"web_search\"}]}]}"
            + " | web_search",
        "RESPONSES | {\"input\":[{\"type\":\"tool_search_output\",\"tools\":[{\"type\":\"mcp\"}]}]}"
            + " | mcp",
        "RESPONSES |"
            + " {\"input\":[{\"role\":\"user\",\"content\":\"x\"},{\"type\":\"x_new\",\"tools\":[{\"type\":\"namespace\",\"tools\":[{\"type\":\"shell\"}]}]}]}"
            + " | shell",
      })
  void namesWhatAProviderBrings(Form form, String request, String name) {
    assertThat(HostedTools.in(form, Wire.object(request))).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CHAT | {\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}",
        "CHAT | {\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]}",
        "CHAT | {\"plugins\":[],\"web_search_options\":null,\"enable_search\":false}",
        "MESSAGES | {\"tools\":[{\"name\":\"f\",\"input_schema\":{}}],\"mcp_servers\":[]}",
        "MESSAGES | {\"tools\":[{\"type\":null,\"name\":\"f\"},{\"type\":\"custom\"}]}",
        "MESSAGES | {\"tools\":[{\"type\":\"bash_20250124\"},{\"type\":\"memory_20250818\"}]}",
        "MESSAGES | {\"tools\":[{\"type\":\"text_editor_20250728\"}]}",
        "MESSAGES | {\"tools\":[{\"type\":\"tool_search_tool_regex_20251119\"}]}",
        "RESPONSES | {\"tools\":[{\"type\":\"function\"},{\"type\":\"custom\"}]}",
        "RESPONSES | {\"tools\":[{\"type\":\"local_shell\"},{\"type\":\"apply_patch\"}]}",
        "RESPONSES | {\"tools\":[{\"type\":\"namespace\",\"tools\":[{\"type\":\"function\"}]}]}",
        "RESPONSES |"
            + " {\"input\":[{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"function\"}]}]}",
        "RESPONSES | {\"input\":\"web_search\"}",
        "EMBEDDINGS | {\"input\":\"web_search\"}",
      })
  void leavesWhatTheCallerRuns(Form form, String request) {
    assertThat(HostedTools.in(form, Wire.object(request))).isEmpty();
  }

  @Test
  void namesEachOnce() {
    var request =
        "{\"tools\":[{\"type\":\"mcp\"},{\"type\":\"mcp\"},{\"type\":\"code_interpreter\"}]}";
    assertThat(HostedTools.in(Form.RESPONSES, Wire.object(request)))
        .containsExactly("code_interpreter", "mcp");
  }
}
