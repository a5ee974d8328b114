// Who signs in: the API and the migration (they own the tables), the worker, the watch, and who admits them, once.
param name string
param location string
param tags object

resource platform 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-platform'
  location: location
  tags: tags
}

// Settles; its login in the database may do that and no more.
resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-worker'
  location: location
  tags: tags
}

// Measures and audits; its login in the database reads, and not secrets.
resource watch 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-watch'
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
output workerName string = worker.name
output workerPrincipalId string = worker.properties.principalId
output watchName string = watch.name
output watchPrincipalId string = watch.properties.principalId
output adminName string = admin.name
output adminPrincipalId string = admin.properties.principalId
