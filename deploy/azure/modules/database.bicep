// PostgreSQL: reached from the apps' subnet alone, by identities alone; it cannot be deleted by mistake.
param name string
param location string
param tags object
param isRedundant bool
param sku string
param tier string
param storageGb int
param subnetId string
param zoneId string
param workspaceId string
param adminPrincipalId string
param adminName string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2026-10-01' = {
  name: '${name}-${uniqueString(resourceGroup().id)}'
  location: location
  tags: tags
  sku: {
    name: sku
    tier: tier
  }
  properties: {
    version: '18'
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    network: {
      delegatedSubnetResourceId: subnetId
      privateDnsZoneArmResourceId: zoneId
      publicNetworkAccess: 'Disabled'
    }
    storage: {
      storageSizeGB: storageGb
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 35
      geoRedundantBackup: isRedundant ? 'Enabled' : 'Disabled'
    }
    highAvailability: {
      mode: isRedundant ? 'ZoneRedundant' : 'Disabled'
    }
    maintenanceWindow: {
      customWindow: 'Enabled'
      dayOfWeek: 0
      startHour: 0 // 2 in the morning in Harare
      startMinute: 0
    }
  }
}

resource admin 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2026-10-01' = {
  parent: server
  name: adminPrincipalId
  properties: {
    principalName: adminName
    principalType: 'ServicePrincipal'
    tenantId: tenant().tenantId
  }
}

resource itself 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2026-10-01' = {
  parent: server
  name: 'peergrid'
  properties: {
    charset: 'UTF8'
    collation: 'C.UTF-8'
  }
  dependsOn: [
    admin // the server takes one change at a time
  ]
}

@batchSize(1)
resource settings 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2026-10-01' = [for item in items({
  jit: 'off'
  log_lock_waits: 'on'
  log_min_duration_statement: '1000'
  max_locks_per_transaction: '256'
}): {
  parent: server
  name: item.key
  properties: {
    value: item.value
    source: 'user-override'
  }
  dependsOn: [
    itself
  ]
}]

resource kept 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: server
  name: 'kept'
  properties: {
    level: 'CanNotDelete'
    notes: 'It holds the books.'
  }
}

resource logged 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: server
  name: 'logged'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
  }
}

output serverId string = server.id
output host string = server.properties.fullyQualifiedDomainName
