using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/weight</c>.</summary>
internal sealed class WeightRequest(AdminSources sources, StatusReader status, TimeProvider time)
{
    private const string Configured = "configured";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly BackendFinder _finder = new(sources.Pools);

    public async ValueTask<AdminAnswer> AnswerAsync(AdminCall call, CancellationToken cancellation)
    {
        var name = call.Query.Require("backend");
        var isReset = call.Query.Require("weight") == Configured;
        int? weight = isReset ? null : call.Query.Read("weight", Weight, 0);
        var length = call.Query.ReadOrNull("for", Duration.Between(Shortest, Longest));
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (!_finder.TryFind(name, out var found, out var refusal))
        {
            return refusal;
        }

        var now = time.GetUtcNow();
        var outcome = await sources.Operators.SetWeightAsync(found.Backend, new WeightOrder(weight, new OrderTerms(call.By, now, now + length)), cancellation);
        if (outcome.Refusal is { } why)
        {
            return AdminAnswer.Refused(why, StatusCodes.Status409Conflict);
        }

        var backend = found.Backend;
        var message = $"{backend} has weight {backend.Weight}{(isReset ? ", as configured" : $"; configured is {backend.Options.Weight}")}";
        return AdminAnswer.Json(
            new OrderResult(message, outcome.Forgotten is { } lost ? $"a restart of the daemon will forget this: {lost}" : null, status.Read(found.Pool, backend)),
            AdminJsonContext.Default.OrderResult);
    }

    private static Parsed<int> Weight(string text) =>
        WholeNumber.Between(0, BackendOptions.MaximumWeight)(text) is var number && number.TryGet(out _, out var problem)
            ? number
            : Parsed<int>.Failed($"{problem}, or {Configured}");
}
