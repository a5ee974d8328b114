// What somebody is woken for: no API, no settlement, failures, a database that is away or nearly full.
param name string
param tags object
param people string
param apiId string
param workerId string
param databaseId string

var app = 'Microsoft.App/containerApps'
var server = 'Microsoft.DBforPostgreSQL/flexibleServers'
var watched = [
  {
    name: 'no-api'
    says: 'No replica of the API runs.'
    of: apiId
    space: app
    metric: 'Replicas'
    operator: 'LessThan'
    threshold: 1
    over: 'Maximum'
  }
  {
    name: 'no-worker'
    says: 'Nothing settles: the worker does not run.'
    of: workerId
    space: app
    metric: 'Replicas'
    operator: 'LessThan'
    threshold: 1
    over: 'Maximum'
  }
  {
    name: 'restarts'
    says: 'The API is started again and again.'
    of: apiId
    space: app
    metric: 'RestartCount'
    operator: 'GreaterThan'
    threshold: 3
    over: 'Maximum'
  }
  {
    name: 'database-away'
    says: 'The database does not answer.'
    of: databaseId
    space: server
    metric: 'is_db_alive'
    operator: 'LessThan'
    threshold: 1
    over: 'Maximum'
  }
  {
    name: 'database-full'
    says: 'The disk of the database is nearly full.'
    of: databaseId
    space: server
    metric: 'storage_percent'
    operator: 'GreaterThan'
    threshold: 85
    over: 'Average'
  }
]

resource alerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [for one in watched: {
  name: '${name}-${one.name}'
  location: 'global'
  tags: tags
  properties: {
    description: one.says
    severity: 1
    enabled: true
    scopes: [one.of]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: one.name
          metricName: one.metric
          metricNamespace: one.space
          operator: one.operator
          threshold: one.threshold
          timeAggregation: one.over
        }
      ]
    }
    actions: [
      {
        actionGroupId: people
      }
    ]
  }
}]
