package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.dialogue.ClientContracts;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.contract.ToolContract;
import java.util.Optional;

/** What is agreed of clients' own tools, as the broker has it. */
record BrokerContracts(ToolRegistry registry, Broker broker) implements ClientContracts {
  @Override
  public Optional<ToolContract> of(String tool) {
    return Optional.ofNullable(registry.contracts().of(Contracts.CLIENT).get(tool));
  }

  @Override
  public Flow judge(Caller caller, String tool, ObjectNode arguments) {
    return broker.judgeClientTool(caller, tool, arguments);
  }

  @Override
  public void pass(Caller caller, String tool) {
    broker.passClientTool(caller, tool);
  }
}
