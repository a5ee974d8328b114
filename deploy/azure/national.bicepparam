using 'main.bicep'

param name = 'peergrid'
param size = 'national'
param image = readEnvironmentVariable('IMAGE')
param publicUrl = readEnvironmentVariable('PUBLIC_URL')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL')
param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET'))
param budgetFrom = readEnvironmentVariable('BUDGET_FROM')
