package dev.sallyport.mcp;

import dev.sallyport.vault.StateSeal;

/**
 * What clients carry for Sallyport between two requests.
 *
 * @param seal what makes it readable and changeable by nobody else
 * @param used what of it was gone on with that may be once
 */
public record CarriedStates(StateSeal seal, UsedStates used) {}
