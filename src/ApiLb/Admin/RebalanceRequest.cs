using System.Globalization;
using ApiLb.Balancing;
using ApiLb.Configuration.Values;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/rebalance?pool=NAME&amp;dryRun=true|false</c>.</summary>
internal sealed class RebalanceRequest(AdminSources sources)
{
    public AdminAnswer Answer(AdminCall call)
    {
        var name = call.Query.Require("pool");
        var isDry = call.Query.Read("dryRun", Flag.Parse, false);
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        var rebalance = sources.Rebalances.FirstOrDefault(r => r.Pool.Name == name);
        if (rebalance is null)
        {
            return AdminAnswer.Refused(
                $"no pool is named '{Quoted.Shorten(name)}'{NearestWord.Hint(name, sources.Pools.Select(p => p.Name))}; there are: {string.Join(", ", sources.Rebalances.Select(r => r.Pool.Name))}", StatusCodes.Status404NotFound);
        }

        return Answer(rebalance, isDry, call.By);
    }

    private AdminAnswer Answer(RebalanceService rebalance, bool isDry, string by)
    {
        var step = rebalance.Preview();
        if (step is not null && !isDry)
        {
            sources.Events.Add(rebalance.Pool.Name, null, EventKind.Operator, $"rebalance by {by}");
            rebalance.Ask();
        }

        var name = rebalance.Pool.Name;
        var status = step is { } next
            ? new RebalanceStatus(name, !isDry, Describe(next, isDry), next.Backend.Name, Math.Round(next.Unevenness, 3), next.Count)
            : new RebalanceStatus(name, false, "nothing to do: the ready backends are even, fewer than two, or one is still warming up", null, 1, 0);
        return AdminAnswer.Json(status, AdminJsonContext.Default.RebalanceStatus);
    }

    private static string Describe(in RebalanceStep step, bool isDry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{step.Backend.Name} has {step.Unevenness:F2} times the mean; {(isDry ? "the first step would close" : "the first step closes")} {step.Count} of its quietest connections, one step every five seconds until {RebalancePlan.Even:F1}");
}
