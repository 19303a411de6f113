import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;

/** What a BI tool asks through JDBC, one line for each answer. Arguments: url, user, password. */
public class Jdbc {
    public static void main(String[] given) throws Exception {
        try (Connection connection = DriverManager.getConnection(given[0], given[1], given[2]);
             Statement statement = connection.createStatement()) {
            String[] types = {"TABLE", "VIEW"};
            DatabaseMetaData data = connection.getMetaData();
            print("tables", data.getTables("jdbc", null, "%", null), "TABLE_NAME", "TABLE_TYPE", "REMARKS");
            print("of types", data.getTables("jdbc", null, "%", types), "TABLE_NAME", "TABLE_TYPE");
            print("columns", data.getColumns("jdbc", null, "t", "%"), "COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE", "IS_NULLABLE");

            String query = "select id, v, at, n from jdbc.t where id = ? and at <= ? and n >= ?";
            try (PreparedStatement prepared = connection.prepareStatement(query)) {
                prepared.setInt(1, 1);
                prepared.setTimestamp(2, Timestamp.valueOf("2024-03-01 00:00:00"));
                prepared.setBigDecimal(3, new java.math.BigDecimal("1.1"));
                print("prepared", prepared.executeQuery(), "id", "v", "at", "n");
            }
            try (PreparedStatement prepared = connection.prepareStatement("insert into jdbc.t (id, v) values (?, ?)")) {
                for (int id = 10; id < 13; id++) {
                    prepared.setInt(1, id);
                    prepared.setString(2, "b'\"\\" + id);
                    prepared.addBatch();
                }
                prepared.executeBatch();
            }
            print("batch", statement.executeQuery("select id, v from jdbc.t where id >= 10 order by id"), "id", "v");

            statement.setQueryTimeout(1);
            try {
                statement.executeQuery("select sleep(20)");
            } catch (SQLException error) {
                System.out.println("timeout: " + error.getClass().getSimpleName());
            }
            statement.setQueryTimeout(0);
            try {
                statement.executeQuery("select nope from jdbc.t");
            } catch (SQLException error) {
                System.out.println("error: " + error.getErrorCode() + " " + error.getMessage());
            }
        }
    }

    static void print(String what, ResultSet rows, String... columns) throws SQLException {
        while (rows.next()) {
            StringBuilder line = new StringBuilder(what + ":");
            for (String column : columns) {
                line.append(" ").append(rows.getObject(column));
            }
            System.out.println(line.toString().trim());
        }
    }
}
