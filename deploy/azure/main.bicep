// PeerGrid on Azure: a closed network, a database without passwords, apps that sign in with an identity each needs.
targetScope = 'resourceGroup'

@description('Short name; every resource name begins with it.')
@minLength(3)
@maxLength(11)
param name string

@description('Where everything is created.')
param location string = resourceGroup().location

@description('pilot: some 500 homes. national: a million meters, zone-redundant.')
@allowed(['pilot', 'national'])
param size string

@description('The released image by digest, in the registry made here: NAME.azurecr.io/peergrid@sha256:…')
param image string

@description('Where members reach the platform, such as https://peergrid.example')
param publicUrl string

@description('Origins of pages published elsewhere, such as https://example.web.app; empty if there are none.')
param allowedOrigins string = ''

@description('Mail address that alerts and budget warnings go to.')
param alertEmail string

@description('What may be spent in a month before somebody is told, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int

@description('First day of a month, from which the budget counts: 2027-01-01')
param budgetFrom string

var tags = {
  application: name
  size: size
  managedBy: 'bicep'
}
var isNational = size == 'national'

module network 'modules/network.bicep' = {
  name: 'network'
  params: {
    name: name
    location: location
    tags: tags
  }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: {
    name: name
    location: location
    tags: tags
  }
}

module watching 'modules/watching.bicep' = {
  name: 'watching'
  params: {
    name: name
    location: location
    tags: tags
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetFrom: budgetFrom
    retentionDays: isNational ? 90 : 31
    dailyQuotaGb: isNational ? 20 : 1
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  params: {
    name: name
    location: location
    tags: tags
    isRedundant: isNational
    sku: isNational ? 'Standard_E16ds_v5' : 'Standard_B2s'
    tier: isNational ? 'MemoryOptimized' : 'Burstable'
    storageGb: isNational ? 4096 : 64
    subnetId: network.outputs.databaseSubnetId
    zoneId: network.outputs.databaseZoneId
    workspaceId: watching.outputs.workspaceId
    adminPrincipalId: identities.outputs.adminPrincipalId
    adminName: identities.outputs.adminName
  }
}

module stores 'modules/stores.bicep' = {
  name: 'stores'
  params: {
    name: name
    location: location
    tags: tags
    subnetId: network.outputs.appsSubnetId
    workspaceId: watching.outputs.workspaceId
    platformPrincipalId: identities.outputs.platformPrincipalId
    workerPrincipalId: identities.outputs.workerPrincipalId
    watchPrincipalId: identities.outputs.watchPrincipalId
    adminPrincipalId: identities.outputs.adminPrincipalId
  }
}

module apps 'modules/apps.bicep' = {
  name: 'apps'
  params: {
    name: name
    location: location
    tags: tags
    isRedundant: isNational
    image: image
    publicUrl: publicUrl
    allowedOrigins: allowedOrigins
    subnetId: network.outputs.appsSubnetId
    subnetPrefix: network.outputs.appsPrefix
    workspaceName: watching.outputs.workspaceName
    databaseHost: database.outputs.host
    registryHost: stores.outputs.registryHost
    vaultUri: stores.outputs.vaultUri
    tracesName: watching.outputs.tracesName
    platformName: identities.outputs.platformName
    workerName: identities.outputs.workerName
    watchName: identities.outputs.watchName
    adminName: identities.outputs.adminName
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    name: name
    location: location
    tags: tags
    workspaceId: watching.outputs.workspaceId
    people: watching.outputs.peopleId
    apiId: apps.outputs.apiId
    workerId: apps.outputs.workerId
    databaseId: database.outputs.serverId
  }
}

output address string = apps.outputs.address
output registryHost string = stores.outputs.registryHost
output vaultName string = stores.outputs.vaultName
output databaseHost string = database.outputs.host
