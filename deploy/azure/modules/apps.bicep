// The platform's containers: the API with the dashboards, the worker that settles, the watch, and two jobs run by hand.
param name string
param location string
param tags object
param isRedundant bool
param image string
param publicUrl string
param allowedOrigins string
param subnetId string
param subnetPrefix string
param workspaceName string
param databaseHost string
param registryHost string
param vaultUri string
param tracesName string
param platformName string
param workerName string
param watchName string
param adminName string

var port = 8000
var least = isRedundant ? 3 : 1 // an app that sleeps settles nothing, and its first caller waits
var cores = isRedundant ? '2' : '0.5'
var memory = isRedundant ? '4Gi' : '1Gi'

resource logs 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource traces 'Microsoft.Insights/components@2020-02-02' existing = {
  name: tracesName
}

resource platform 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: platformName
}

resource settling 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: workerName
}

resource watching 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: watchName
}

resource admin 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: adminName
}

resource apps 'Microsoft.App/managedEnvironments@2026-07-01' = {
  name: '${name}-apps'
  location: location
  tags: tags
  properties: {
    zoneRedundant: isRedundant
    vnetConfiguration: {
      infrastructureSubnetId: subnetId
      internal: false
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
    peerTrafficConfiguration: {
      encryption: {
        enabled: true
      }
    }
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
    appInsightsConfiguration: {
      connectionString: traces.properties.ConnectionString
    }
    openTelemetryConfiguration: { // Insights takes no measures this way: alerts read the log
      tracesConfiguration: {
        destinations: ['appInsights']
      }
    }
  }
}

var place = '${databaseHost}:5432/peergrid?sslmode=verify-full&sslrootcert=system&password_from=azure'
var telling = [ // the agent of the environment is named by a variable that Azure adds
  {
    name: 'PEERGRID_JSON_LOG'
    value: '1'
  }
  {
    name: 'OTEL_METRICS_EXPORTER'
    value: 'none'
  }
]
var settings = [
  {
    name: 'PEERGRID_DATABASE_URL'
    value: 'postgresql://${platformName}@${place}'
  }
  {
    name: 'AZURE_CLIENT_ID'
    value: platform.properties.clientId
  }
  {
    name: 'PEERGRID_PUBLIC_URL'
    value: publicUrl
  }
  {
    name: 'PEERGRID_ALLOWED_ORIGINS'
    value: allowedOrigins
  }
  {
    name: 'PEERGRID_TRUSTED_PROXIES'
    value: subnetPrefix
  }
  {
    name: 'PEERGRID_SECRET'
    secretRef: 'peergrid-secret'
  }
]
var secrets = [
  {
    name: 'peergrid-secret'
    identity: platform.id
    keyVaultUrl: '${vaultUri}secrets/peergrid-secret'
  }
]
var resources = {
  cpu: json(cores)
  memory: memory
}

resource api 'Microsoft.App/containerApps@2026-07-01' = {
  name: '${name}-api'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${platform.id}': {}
    }
  }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: port
        transport: 'auto'
        allowInsecure: false
        stickySessions: {
          affinity: 'sticky' // a dashboard's page lives in one replica; news reach them all
        }
      }
      registries: [
        {
          server: registryHost
          identity: platform.id
        }
      ]
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 40
      containers: [
        {
          name: 'api'
          image: image
          env: concat(settings, telling)
          resources: resources
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/healthz'
                port: port
              }
              periodSeconds: 2
              failureThreshold: 30
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz'
                port: port
              }
              periodSeconds: 10
              failureThreshold: 3
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/readyz'
                port: port
              }
              periodSeconds: 5
              timeoutSeconds: 4
              failureThreshold: 2
            }
          ]
        }
      ]
      scale: {
        minReplicas: least
        maxReplicas: 10
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '100'
              }
            }
          }
        ]
      }
    }
  }
}

resource worker 'Microsoft.App/containerApps@2026-07-01' = {
  name: '${name}-worker'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${settling.id}': {}
    }
  }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        {
          server: registryHost
          identity: settling.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'worker'
          image: image
          args: ['settle', '--every', '60']
          env: concat(telling, [
            {
              name: 'PEERGRID_DATABASE_URL'
              value: 'postgresql://${workerName}@${place}'
            }
            {
              name: 'AZURE_CLIENT_ID'
              value: settling.properties.clientId
            }
          ])
          resources: resources
        }
      ]
      scale: {
        minReplicas: isRedundant ? 2 : 1 // one settles, another takes over: a lock in the database decides
        maxReplicas: 2
      }
    }
  }
}

// Its lines are what the alerts read.
resource watch 'Microsoft.App/containerApps@2026-07-01' = {
  name: '${name}-watch'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${watching.id}': {}
    }
  }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        {
          server: registryHost
          identity: watching.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'watch'
          image: image
          args: ['watch']
          env: concat(telling, [
            {
              name: 'PEERGRID_DATABASE_URL'
              value: 'postgresql://${watchName}@${place}'
            }
            {
              name: 'AZURE_CLIENT_ID'
              value: watching.properties.clientId
            }
          ])
          resources: resources
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: 1
      }
    }
  }
}

resource migrate 'Microsoft.App/jobs@2026-07-01' = {
  name: '${name}-migrate'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${platform.id}': {}
    }
  }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 1800
      replicaRetryLimit: 0
      manualTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
      }
      registries: [
        {
          server: registryHost
          identity: platform.id
        }
      ]
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'migrate'
          image: image
          args: ['migrate']
          env: settings
          resources: resources
        }
      ]
    }
  }
}

// Once, before the first migration: it makes the logins of the others in the database.
resource admit 'Microsoft.App/jobs@2026-07-01' = {
  name: '${name}-admit'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${admin.id}': {}
    }
  }
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 300
      replicaRetryLimit: 0
      manualTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
      }
      registries: [
        {
          server: registryHost
          identity: admin.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'admit'
          image: image
          args: ['admit', platformName, '--settlement', workerName, '--audit', watchName, '--entra']
          env: [
            {
              name: 'PEERGRID_DATABASE_URL'
              value: 'postgresql://${adminName}@${place}'
            }
            {
              name: 'AZURE_CLIENT_ID'
              value: admin.properties.clientId
            }
          ]
          resources: resources
        }
      ]
    }
  }
}

output address string = api.properties.configuration.ingress.fqdn
output apiId string = api.id
output workerId string = worker.id
