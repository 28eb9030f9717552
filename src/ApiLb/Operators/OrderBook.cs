using ApiLb.Storage;
using Microsoft.Extensions.Logging;

namespace ApiLb.Operators;

/// <summary>Keeps the standing orders in <c>operator.json</c>. A file that is damaged or cannot be read is as good as none. One caller at a time.</summary>
/// <param name="directory">The state directory; null: nothing is kept.</param>
/// <param name="logger">Told when the file cannot be used.</param>
internal sealed partial class OrderBook(string? directory, ILogger logger)
{
    public const string FileName = "operator.json";

    private const int Version = 1;

    private readonly StateFile<OrderDocument>? _file =
        directory is null ? null : new(Path.Combine(directory, FileName), Version, OrderJsonContext.Default.OrderDocument);

    /// <summary>There is a file.</summary>
    public bool IsKept => _file is not null;

    public async Task<IReadOnlyList<StandingOrder>> LoadAsync(CancellationToken cancellationToken)
    {
        if (_file is not { Exists: true })
        {
            return [];
        }

        var loaded = await _file.LoadAsync(cancellationToken);
        if (loaded.TryGet(out var document, out var problem))
        {
            return document.Orders;
        }

        Log.NotLoaded(logger, problem);
        return [];
    }

    /// <returns>Why a restart will forget them; null when it will not.</returns>
    public async Task<string?> SaveAsync(IReadOnlyList<StandingOrder> orders, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            return orders.Count > 0 ? "stateDirectory is none" : null;
        }

        try
        {
            await _file.SaveAsync(new OrderDocument(Version, "", orders), cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, directory, e.Message);
            return e.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "What operators said before the restart is not known: {Reason}. Say it again: drain, maint, weight.")]
        public static partial void NotLoaded(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Warning, "What operators say cannot be kept in {Directory} and is forgotten at a restart: {Reason}")]
        public static partial void NotSaved(ILogger logger, string? directory, string reason);
    }
}
