// What somebody is woken for: no API, no settlement, a database that is away or nearly full; failures, and what `watch` says.
param name string
param location string
param tags object
param workspaceId string
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

// The last line of measures; docs/operating.md has a heading for each alert.
var figures = 'ContainerAppConsoleLogs_CL | extend said = parse_json(Log_s) | where tostring(said.message) == "figures" | summarize arg_max(TimeGenerated, said)'
var asked = [
  {
    name: 'WatchDown'
    says: 'Nobody measures settlement, meters, payouts and books.'
    query: 'ContainerAppConsoleLogs_CL | where Log_s has "figures" and ContainerAppName_s == "${name}-watch" | summarize lines = count() | where lines == 0'
  }
  {
    name: 'ErrorRate'
    says: 'More than one request in twenty fails.'
    query: 'AppRequests | summarize failed = countif(toint(ResultCode) >= 500), every = count() | where failed > 0.05 * every'
  }
  {
    name: 'Slow'
    says: 'One request in twenty takes longer than 2 s.'
    query: 'AppRequests | where Name !endswith "/live" and Name !contains "/export" | summarize slow = percentile(DurationMs, 95) | where slow > 2000'
  }
  {
    name: 'SettlementLate'
    says: 'Communities wait longer than for a silent meter.'
    query: '${figures} | where todouble(said["peergrid.settlement.late"]) > 0'
  }
  {
    name: 'BooksOff'
    says: 'The audit found something wrong.'
    query: '${figures} | where todouble(said["peergrid.books.findings"]) > 0'
  }
  {
    name: 'BooksNotAudited'
    says: 'The books were not audited for two days.'
    query: '${figures} | where todouble(said["peergrid.books.audited"]) < datetime_diff("second", now(), datetime(1970-01-01)) - 172800'
  }
  {
    name: 'MetersSilent'
    says: 'More than one meter in twenty is silent.'
    query: '${figures} | where todouble(said["peergrid.meters.silent"]) > 0.05 * todouble(said["peergrid.meters"])'
  }
  {
    name: 'PayoutsStuck'
    says: 'An approved payout waits for more than a day.'
    query: '${figures} | where todouble(said["peergrid.payouts.oldest"]) > 86400'
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2022-08-01-preview' = [for one in asked: {
  name: '${name}-${one.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    description: one.says
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    skipQueryValidation: true // a table is there once the first line has come
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: one.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 2
            minFailingPeriodsToAlert: 2
          }
        }
      ]
    }
    actions: {
      actionGroups: [people]
    }
  }
}]
