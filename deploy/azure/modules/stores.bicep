// The vault of the platform's secret, the registry of its images, and who may read from them.
param name string
param location string
param tags object
param subnetId string
param workspaceId string
param platformPrincipalId string
param workerPrincipalId string
param watchPrincipalId string
param adminPrincipalId string

var suffix = uniqueString(resourceGroup().id)
var roles = {
  pullImages: '7f951dda-4ed3-4680-a7ca-43fe172d538d' // AcrPull
  readSecrets: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
}

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  // checkov:skip=CKV_AZURE_189:reached through a service endpoint of one subnet; everybody else is denied
  name: '${name}-${take(suffix, 11)}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled' // for the one subnet named below
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Deny'
      ipRules: []
      virtualNetworkRules: [
        {
          id: subnetId
        }
      ]
    }
  }
}

resource vaultLogged 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'logged'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  // checkov:skip=CKV_AZURE_139:to close the public end needs the Premium tier; who pulls needs an identity
  // checkov:skip=CKV_AZURE_166:quarantine is a preview of the Premium tier; releases are signed
  name: '${name}${suffix}'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

resource readSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, platformPrincipalId, roles.readSecrets)
  properties: {
    principalId: platformPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.readSecrets)
  }
}

resource pullImages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, platformPrincipalId, roles.pullImages)
  properties: {
    principalId: platformPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.pullImages)
  }
}

resource pullImagesToWork 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, workerPrincipalId, roles.pullImages)
  properties: {
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.pullImages)
  }
}

resource pullImagesToWatch 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, watchPrincipalId, roles.pullImages)
  properties: {
    principalId: watchPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.pullImages)
  }
}

resource pullImagesToAdmit 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, adminPrincipalId, roles.pullImages)
  properties: {
    principalId: adminPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.pullImages)
  }
}

output vaultName string = vault.name
output vaultUri string = vault.properties.vaultUri
output registryHost string = registry.properties.loginServer
