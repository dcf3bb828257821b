from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, String, UniqueConstraint, Index
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    __table_args__ = ()
    id = Column(Integer, primary_key=True)
    email = Column(String(200))
    deleted_at = Column(DateTime)


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, index=True)
    seller_id = Column(Integer, ForeignKey("users.id", name="fk_orders_seller"), index=True)
    state = Column(String(20))
