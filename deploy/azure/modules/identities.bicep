// Who signs in: the platform's apps as one (they own the tables), and who admits it to the database, once.
param name string
param location string
param tags object

resource platform 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-platform'
  location: location
  tags: tags
}

// Administers the database; only the job `admit` carries it.
resource admin 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-admin'
  location: location
  tags: tags
}

output platformName string = platform.name
output platformPrincipalId string = platform.properties.principalId
output adminName string = admin.name
output adminPrincipalId string = admin.properties.principalId
